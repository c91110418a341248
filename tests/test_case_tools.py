"""The tool that writes cases and guards the floor: it makes folders, accepts output, and lets no figure sink unsaid."""

import json
from pathlib import Path

import case_tools
import pytest
from case_tools import Figures, accept, floor, new, pin, sinking, word_f1
from cases import Case


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty fixtures folder that the tool works in."""
    for name, path in (
        ("FIXTURES", tmp_path),
        ("CASES", tmp_path / "cases"),
        ("KNOWN_FAILURES", tmp_path / "known-failures"),
        ("FLOOR", tmp_path / "floor.json"),
    ):
        monkeypatch.setattr(case_tools, name, path)
    return tmp_path


def test_new_case_makes_a_folder_with_a_source(room: Path) -> None:
    assert new("news-ad-label-in-caption") == 0
    assert (room / "cases" / "news-ad-label-in-caption" / "source.json").exists()


@pytest.mark.parametrize("name", ["News", "one", "../up-and-out", "a--b"])
def test_new_case_refuses_a_name_that_is_not_kind_what_where(room: Path, name: str) -> None:
    assert new(name) == 2
    assert not (room / "cases").exists()


def test_new_case_does_not_take_a_name_twice(room: Path) -> None:
    assert [new("news-x-y"), new("news-x-y")] == [0, 2]
    assert [path.name for path in (room / "cases").iterdir()] == ["news-x-y"]


def test_accept_refuses_a_case_without_a_page(room: Path) -> None:
    new("news-x-y")
    assert accept("news-x-y") == 2
    assert [path.name for path in (room / "cases" / "news-x-y").iterdir()] == ["source.json"]


def test_accept_writes_what_the_program_says_and_shows_it(room: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new("text-x-y")
    folder = room / "cases" / "text-x-y"
    (folder / "page.txt").write_text("The mill grinds again.\n\nAdvertisement\n\nIt ground slowly at first.\n")
    assert accept("text-x-y") == 0
    assert Case(folder).text == "The mill grinds again.\n\nIt ground slowly at first."
    assert [line["text"] for line in Case(folder).dropped] == ["Advertisement"]
    assert "+The mill grinds again." in capsys.readouterr().out


def one_case(room: Path, expected: str) -> None:
    new("text-x-y")
    folder = room / "cases" / "text-x-y"
    (folder / "page.txt").write_text("The mill grinds again.\n\nAdvertisement\n\nIt ground slowly at first.\n")
    (folder / "expected.txt").write_text(expected)
    (folder / "dropped.json").write_text(json.dumps([{"text": "Advertisement", "rule": "ads/"}]))


def test_floor_holds_where_it_was_pinned(room: Path) -> None:
    one_case(room, "The mill grinds again.\n\nIt ground slowly at first.\n")
    assert pin("") == 0
    assert json.loads((room / "floor.json").read_text()) == {"word_f1": 1.0, "dropped_recall": 1.0, "cases": 1}
    assert floor() == 0


def test_floor_fails_where_a_figure_is_below_its_pin(room: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one_case(room, "The mill grinds again, and it ground rather more slowly than the miller liked.\n")
    (room / "floor.json").write_text(json.dumps({"word_f1": 1.0, "dropped_recall": 1.0, "cases": 1}))
    assert floor() == 1
    assert "text-x-y" in capsys.readouterr().out


def test_floor_is_not_lowered_without_a_reason(room: Path) -> None:
    one_case(room, "The mill grinds no more, the miller says.\n")
    pinned = json.dumps({"word_f1": 1.0, "dropped_recall": 1.0, "cases": 1})
    (room / "floor.json").write_text(pinned)
    assert pin("") == 2
    assert (room / "floor.json").read_text() == pinned
    assert pin("the miller was misquoted") == 0
    assert json.loads((room / "floor.json").read_text())["because"] == "the miller was misquoted"


def test_missing_floor_is_no_pass(room: Path) -> None:
    one_case(room, "The mill grinds again.\n")
    with pytest.raises(FileNotFoundError):
        floor()


@pytest.mark.parametrize("name", ["word_f1", "dropped_recall", "cases"])
def test_every_figure_can_sink(name: str) -> None:
    pinned = {"word_f1": 0.9, "dropped_recall": 0.9, "cases": 9}
    now = Figures(**{**pinned, name: pinned[name] * 0.8})
    assert sinking(now, Figures(**pinned)) == [name]


@pytest.mark.parametrize(
    ("text", "wanted", "expected"),
    [("a b", "a b", 1.0), ("", "", 1.0), ("", "a", 0.0), ("a b", "a c", 0.5), ("松の湯", "松の", 0.8)],
)
def test_word_f1(text: str, wanted: str, expected: float) -> None:
    assert word_f1(text, wanted) == pytest.approx(expected)
