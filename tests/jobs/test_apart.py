"""A page cleaned apart is the same article, and one that costs too much costs nobody else anything."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cleaner import pipeline
from cleaner.archive import Archive
from cleaner.cli import run
from cleaner.errors import LimitError, UsageError
from cleaner.jobs.apart import Apart
from cleaner.jobs.limits import WorkLimits, resident_bytes
from cleaner.model import Page
from cleaner.policy import Limits, Policy

HTML = (
    b"<html><title>Boats</title><article><h1>Boats</h1>"
    + b"<p>The boats are counted by hand each evening, she says.</p>" * 3
)
PAGE = Page(content=HTML, url="https://a.example/x", content_type="text/html")
MEMORY = 600 * 1024 * 1024
TIGHT = {
    "too-much-cpu": WorkLimits(wall_s=60, cpu_s=0.3, memory_bytes=MEMORY),
    "too-slow": WorkLimits(wall_s=0.5, cpu_s=60, memory_bytes=MEMORY),
}
CLEAN = pipeline.clean


@pytest.fixture(params=["alone", "beside a thread"])
def _threads(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whether this process has another thread, and so may not be forked."""
    done = threading.Event()
    other = threading.Thread(target=done.wait, daemon=True)
    if request.param != "alone":
        other.start()
    yield
    done.set()
    if request.param != "alone":
        other.join()


@pytest.mark.usefixtures("_threads")
def test_article_is_the_same_as_here() -> None:
    with Apart() as apart:
        assert CLEAN(PAGE) == apart(PAGE, Policy())


@pytest.mark.usefixtures("_threads")
def test_errors_come_through_with_their_place() -> None:
    with Apart() as apart:
        with pytest.raises(LimitError, match="more than 100") as caught:
            apart(PAGE, Policy(limits=Limits(max_bytes=100)))
        assert PAGE.url == caught.value.where
        with pytest.raises(UsageError):
            apart(PAGE, Policy(drop=("p[",)))


def passed_elsewhere(request: pytest.FixtureRequest) -> bool:
    """Whether the test has passed in a process of its own: another test left a thread here, and nothing is forked beside one."""
    if threading.active_count() == 1:
        return False
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", request.node.nodeid]
    ran = subprocess.run(words, cwd=request.config.rootpath, capture_output=True, text=True, timeout=180, check=False)  # noqa: S603
    assert ran.returncode == 0, ran.stdout
    return True


def spin(*_: Any, **__: Any) -> None:
    while True:
        pass


def wait(*_: Any, **__: Any) -> None:
    time.sleep(60)


def grow(*_: Any, **__: Any) -> None:
    held = []
    while True:
        held.append(bytearray(os.urandom(1024)) * 40_000)


def die(*_: Any, **__: Any) -> None:
    os.kill(os.getpid(), 9)


def leave(*_: Any, **__: Any) -> None:
    raise SystemExit(0)


@pytest.mark.parametrize(
    ("does", "code"),
    [
        (spin, "too-much-cpu"),
        (wait, "too-slow"),
        (grow, "too-much-memory"),
        (die, "worker-died"),
        (leave, "worker-died"),
    ],
)
def test_page_that_costs_too_much_is_a_typed_error_and_the_next_one_is_cleaned(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, does: Callable[..., None], code: str
) -> None:
    if passed_elsewhere(request):
        return
    limits = TIGHT.get(code, WorkLimits(wall_s=60, cpu_s=60, memory_bytes=MEMORY))
    with Apart(limits) as apart:
        monkeypatch.setattr(pipeline, "clean", does)
        with pytest.raises(LimitError) as caught:
            apart(PAGE, Policy())
        assert (code, PAGE.url) == (caught.value.code, caught.value.where)
        monkeypatch.setattr(pipeline, "clean", CLEAN)
        assert CLEAN(PAGE) == Apart()(PAGE, Policy())


def test_what_a_page_shares_with_this_process_is_not_its_own(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    if passed_elsewhere(request):
        return

    def late(page: Any, *rest: Any, **more: Any) -> Any:
        time.sleep(0.3)  # so that somebody looks what it holds
        return CLEAN(page, *rest, **more)

    monkeypatch.setattr(pipeline, "clean", late)
    limits = WorkLimits(memory_bytes=32 * 1024 * 1024)
    assert resident_bytes(os.getpid()) > limits.memory_bytes
    assert CLEAN(PAGE) == Apart(limits)(PAGE, Policy())


def test_add_keeps_a_page_that_kills_what_cleans_it_and_goes_on(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
) -> None:
    if passed_elsewhere(request):
        return

    def clean(page: Any, *rest: Any, **more: Any) -> Any:
        return die() if b"killer" in page.content else CLEAN(page, *rest, **more)

    monkeypatch.setattr(pipeline, "clean", clean)
    killer, sound = tmp_path / "killer.html", tmp_path / "sound.html"
    killer.write_bytes(HTML + b"<p>killer")
    sound.write_bytes(HTML)
    assert 1 == run(["add", str(killer), str(sound), "-a", str(tmp_path / "archive")])
    said = capsys.readouterr()
    assert "cleaner: error[worker-died]" in said.err
    assert "The boats are counted by hand" in said.out
    with Archive(tmp_path / "archive") as archive:
        assert [None, "Boats"] == sorted((entry.title for entry in archive.ls()), key=bool)
        assert [] == archive.verify()
