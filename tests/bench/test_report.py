"""The bench report reads its scorers right, says what it skips, and does not pass over a scorer that failed."""

from pathlib import Path

import pytest
import report
from report import Scored, paired

SCORER = """
import json, sys
from pathlib import Path
ours = sys.argv[1] != "trafilatura"
figures = {"a": 1.0, "b": 0.5, "c": 0.0} if ours else {"a": 0.5, "b": 0.5, "c": 0.25}
for page, f1 in figures.items():
    print(f"    {page} F1={f1:.3f} https://example.org/{page} ")
whole = {"pages": 3, "F1": sum(figures.values()) / 3, "errors": 0}
whole |= {"cpu_ms": 12.0, "cpu_ratio": 0.75} if "--ref" in sys.argv else {}
groups = {"news": whole, "news.articles": {"pages": 2, "F1": 0.75}}
Path(sys.argv[sys.argv.index("--json") + 1]).write_text(json.dumps(groups))
"""


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """A folder with one page set and a scorer that gives the figures above."""
    (tmp_path / "bench" / "news").mkdir(parents=True)
    rows = ['{"id": "a", "type": "article"}', '{"id": "b", "type": "article"}', '{"id": "c", "type": "forum"}']
    (tmp_path / "bench" / "news" / "truth.jsonl").write_text("\n".join(rows))
    (tmp_path / "bench" / "score.py").write_text(SCORER)
    return tmp_path


def test_difference_is_paired_over_pages() -> None:
    ours = Scored(groups={}, pages={"a": 1.0, "b": 0.5, "c": 0.0})
    theirs = Scored(groups={}, pages={"a": 0.5, "b": 0.5, "c": 0.25})
    pair = paired(ours, theirs, ["a", "c"])
    assert (0.125, 1, 1, 1, 0) == (pair.difference, pair.better, pair.worse, pair.zeros, pair.engine_zeros)
    assert pytest.approx(0.375) == pair.error  # deviation 0.53 over the root of two pages


def test_table_has_a_line_for_the_set_and_for_each_type(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert report.main(["--shared", str(shared)]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["news", "3", "0.5000", "0.5000", "0.4167", "+0.0833", "±0.2205", "1/1", "1/0"] in lines
    assert ["news.articles", "2", "0.7500", "0.7500", "0.7500", "+0.2500", "±0.2500", "1/0", "0/0"] in lines
    assert any(line[:4] == ["12", "ms", "CPU", "a"] and "0.75" in line for line in lines)


def test_absent_pages_are_skipped_with_a_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert report.main(["--shared", str(tmp_path)]) == 0
    told = capsys.readouterr().out
    assert "bench: skipped, there is no bench/score.py" in told
    assert "residue: skipped, there is no residue/score.py" in told


def test_scorer_that_fails_fails_the_report(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (shared / "bench" / "score.py").write_text("raise SystemExit('no pages')")
    assert report.main(["--shared", str(shared)]) == 1
    assert "score.py ended with 1:\nno pages" in capsys.readouterr().out


def test_scorer_that_writes_no_figures_fails_the_report(shared: Path) -> None:
    (shared / "bench" / "score.py").write_text("print('nothing to run')")
    assert report.main(["--shared", str(shared)]) == 1
