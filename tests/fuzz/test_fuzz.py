"""Every target holds to its laws on the kept corpus, on inputs made to reach deep, and on plain bytes. `make fuzz` runs for hours."""

import time
from pathlib import Path
from random import Random

import grammar
import longrun
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from targets import TARGETS, Target

KEPT = [(name, path) for name in TARGETS for path in sorted((longrun.CORPUS / name).glob("*"))]
MADE, PLAIN = 12, 15  # inputs a target; a long run makes as many thousands
MIN_KEPT = 5

few = settings(deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize(("name", "path"), KEPT, ids=lambda value: value.name if isinstance(value, Path) else value)
def test_kept_input_holds_to_the_laws(name: str, path: Path) -> None:
    assert longrun.failure(TARGETS[name], path.read_bytes()) is None


@pytest.mark.parametrize("name", TARGETS)
def test_every_target_has_a_corpus(name: str) -> None:
    assert len(longrun.seeds(name)) >= MIN_KEPT


@pytest.mark.parametrize("name", TARGETS)
@settings(few, max_examples=MADE)
@given(chance=st.randoms(use_true_random=False))
def test_made_input_holds_to_the_laws(name: str, chance: Random) -> None:
    TARGETS[name].run(TARGETS[name].made(chance))


@pytest.mark.parametrize("name", TARGETS)
@settings(few, max_examples=PLAIN)
@given(content=st.binary(max_size=200))
def test_any_bytes_hold_to_the_laws(name: str, content: bytes) -> None:
    TARGETS[name].run(content)


@pytest.mark.parametrize("name", TARGETS)
def test_maker_makes_many_different_inputs(name: str) -> None:
    assert len({TARGETS[name].made(Random(seed)) for seed in range(40)}) > 20


def test_broken_law_and_foreign_error_would_be_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(content: bytes) -> None:
        assert not content.startswith(b"x"), "a law"

    target = Target(run=breaks, made=lambda chance: chance.choice((b"x", b"y")))
    assert "a law" in (longrun.failure(target, b"x") or "")
    assert longrun.failure(target, b"y") is None
    monkeypatch.setitem(TARGETS, "broken", target)
    tried, found = longrun.fuzz("broken", 1_000, 1, tmp_path)
    assert (longrun.MAX_CRASHES, tried < 1_000) == (found, True)
    assert [b"x"] == [path.read_bytes() for path in (tmp_path / "broken").glob("crash-*") if not path.suffix]


def test_slow_input_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(longrun, "MAX_CPU_S", 0.01)

    def slow(_: bytes) -> None:
        end = time.process_time() + 0.05
        while time.process_time() < end:
            pass

    assert "s of CPU" in (longrun.failure(Target(run=slow, made=grammar.plain), b"") or "")
