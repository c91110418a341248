"""The command behind `make new-case`, `make accept` and `make floor`: writes case folders and guards the quality floor.

python tests/case_tools.py new news-ad-label-in-caption     an empty case folder to fill
python tests/case_tools.py accept news-ad-label-in-caption  expectations from the present output, shown as a diff
python tests/case_tools.py floor                            word F1 and dropped-line recall against fixtures/floor.json
python tests/case_tools.py floor --pin [--because WHY]      pin the present figures; lower ones need the reason
"""

import argparse
import difflib
import json
import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from cases import CASES, FIXTURES, KNOWN_FAILURES, Case, cases, result

from cleaner.article import Article

FLOOR = FIXTURES / "floor.json"
SLACK = 0.0005  # half of the last printed digit; cases are exact, so there is no noise to allow for
META_FIELDS = ("title", "byline", "published", "modified", "language", "canonical", "site")
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")
_WORD = re.compile(r"\w")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What the floor is made of: mean word F1 over cases, share of expected dropped lines found, number of cases."""

    word_f1: float
    dropped_recall: float
    cases: int


def main(arguments: list[str] | None = None) -> int:
    """Exit code of the sub-command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("new").add_argument("name")
    commands.add_parser("accept").add_argument("name")
    floor_parser = commands.add_parser("floor")
    floor_parser.add_argument("--pin", action="store_true")
    floor_parser.add_argument("--because", default="")
    options = parser.parse_args(arguments)
    if options.command == "new":
        return new(options.name)
    if options.command == "accept":
        return accept(options.name)
    return pin(options.because) if options.pin else floor()


def new(name: str) -> int:
    """0 once an empty case folder stands; 2 for a bad or taken name."""
    if not _NAME.fullmatch(name):
        return _refuse(f"{name!r}: a case is named kind-what-where, in lower case with hyphens")
    folder = CASES / name
    if folder.exists() or (KNOWN_FAILURES / name).exists():
        return _refuse(f"{name}: there is such a case already")
    folder.mkdir(parents=True)
    if not name.startswith("text-"):
        source = {"url": f"https://www.example.org/{name}", "content_type": "text/html; charset=utf-8"}
        _write(folder / "source.json", _as_json(source))
    page = "page.txt" if name.startswith("text-") else "page.html"
    _say(f"{folder}: put the page you wrote into {page}, then: make accept CASE={name}")
    return 0


def accept(name: str) -> int:
    """0 once the expectations are the present output, with the difference to the old ones on standard output."""
    case = _find(name)
    if case is None or not any((case.folder / page).exists() for page in ("page.html", "page.txt")):
        return _refuse(f"{name}: no such case, or no page.html or page.txt in it; see new")
    for file, content in expectations(case).items():
        _show(case.folder / file, content)
        _write(case.folder / file, content)
    _say("read every line of this: an accepted mistake is a kept promise")
    return 0


def expectations(case: Case) -> dict[str, str]:
    """File name → content of the expectations that the present output would meet."""
    got = result(case)
    text = got.text.removesuffix("\n")
    files = {
        "expected.txt": f"{text}\n" if text else "",
        "dropped.json": _as_json([{"text": d.block.text, "rule": d.rule or ""} for d in got.dropped]),
    }
    if isinstance(got, Article):
        meta = {field: getattr(got.meta, field) for field in META_FIELDS}
        files["meta.json"] = _as_json({field: value for field, value in meta.items() if value is not None})
        if got.reason:
            files["reason.json"] = _as_json({"code": str(got.reason.code)})
    elif got.edits:
        files["edits.json"] = _as_json([{"before": e.before, "rule": e.rule} for e in got.edits])
    return files


def measure() -> Figures:
    """The figures over all cases, known failures among them."""
    found = [*cases(CASES), *cases(KNOWN_FAILURES)]
    wanted = [(case, line) for case in found for line in case.dropped]
    return Figures(
        word_f1=round(fmean(word_f1(result(case).text, case.text) for case in found), 5),
        dropped_recall=round(fmean(float(_is_dropped(case, line)) for case, line in wanted), 5),
        cases=len(found),
    )


def _is_dropped(case: Case, line: dict[str, str]) -> bool:
    """Whether the line is among the dropped ones, by whichever rule: the cases themselves ask for the rule."""
    return any(decision.block.text == line["text"] for decision in result(case).dropped)


def word_f1(text: str, wanted: str) -> float:
    """F1 over bags of words, 0.0 to 1.0; every letter of a script without spaces is a word. Both empty is 1.0."""
    got, want = Counter(_split(text)), Counter(_split(wanted))
    if not got or not want:
        return float(not got and not want)
    return 2 * (got & want).total() / (got.total() + want.total())


def _split(text: str) -> list[str]:
    spaced = re.sub(r"([\u3040-\u30ff\u3400-\u9fff])", r" \1 ", text.lower())
    return [word for word in re.findall(r"\w+", spaced) if _WORD.match(word)]


def floor() -> int:
    """0 where no figure is below its pin; 1 with the cases that fall short where one is."""
    now = measure()
    pinned = read_floor()
    _say(f"word F1         {now.word_f1:.4f}   pinned {pinned.word_f1:.4f}")
    _say(f"dropped recall  {now.dropped_recall:.4f}   pinned {pinned.dropped_recall:.4f}")
    _say(f"cases           {now.cases}   pinned {pinned.cases}")
    sunk = sinking(now, pinned)
    if sunk:
        _say(f"floor: {', '.join(sunk)} fell below the pin; the worst cases:")
        _worst()
        return 1
    if now.word_f1 > pinned.word_f1 + SLACK or now.dropped_recall > pinned.dropped_recall + SLACK:
        _say("better than pinned: python tests/case_tools.py floor --pin")
    return 0


def sinking(now: Figures, pinned: Figures) -> list[str]:
    """Names of the figures that are below their pins."""
    names = ("word_f1", "dropped_recall", "cases")
    return [name for name in names if getattr(now, name) < getattr(pinned, name) - SLACK]


def pin(because: str) -> int:
    """0 once fixtures/floor.json holds the present figures; 2 where one would sink and no reason is given."""
    now = measure()
    sunk = sinking(now, read_floor()) if FLOOR.exists() else []
    if sunk and not because.strip():
        return _refuse(f"{', '.join(sunk)} would sink; say --because WHY (it is kept in {FLOOR.name})")
    record = {"word_f1": now.word_f1, "dropped_recall": now.dropped_recall, "cases": now.cases}
    if sunk:
        record["because"] = because.strip()
    _write(FLOOR, _as_json(record))
    return 0


def read_floor() -> Figures:
    """The pinned figures; FileNotFoundError where none were pinned, so that a lost pin is no pass."""
    record = json.loads(FLOOR.read_text(encoding="utf-8"))
    return Figures(**{name: record[name] for name in ("word_f1", "dropped_recall", "cases")})


def _worst(count: int = 10) -> None:
    scored = [(word_f1(result(case).text, case.text), case.name) for case in [*cases(CASES), *cases(KNOWN_FAILURES)]]
    for score, name in sorted(scored)[:count]:
        _say(f"  {score:.4f}  {name}")


def _find(name: str) -> Case | None:
    return next((case for case in [*cases(CASES), *cases(KNOWN_FAILURES)] if case.name == name), None)


def _show(path: Path, content: str) -> None:
    before = path.read_text(encoding="utf-8").splitlines(keepends=True) if path.exists() else []
    label = str(path.relative_to(FIXTURES))
    sys.stdout.writelines(difflib.unified_diff(before, content.splitlines(keepends=True), f"{label} was", label))


def _write(path: Path, content: str) -> None:
    path.write_text(content, encoding="utf-8")


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


def _refuse(line: str) -> int:
    sys.stderr.write(f"case_tools: {line}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
