# a script beside the pages it checks, not a package
"""Whether the documents are true: run by `make check`, it prints what it looked at and ends with 1 where one is not.

python docs/check.py         this project
python docs/check.py FOLDER  another folder of the same layout
"""

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import generate
import typer

import cleaner
from cleaner.cli.app import app

ROOT = Path(__file__).resolve().parent.parent
NOT_OURS = frozenset({"build", "dist", "archive"})  # what the program and its tools make; hidden folders likewise
HIDDEN_BUT_OURS = frozenset({".ci", ".gitignore"})

_FENCE = re.compile(r"^(```+|~~~+)")
_LINK = re.compile(r"!?\[[^\]]*\]\(([^()\s]+)\)")
_HEADING = re.compile(r"^#+ +(.*)")
_SPAN = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_COMMAND = re.compile(r"(?:^|(?<=[\s|;&(/]))(?<!from )cleaner((?: +[^\s|;&)`]+)+)")
_OPTION = re.compile(r"(?<![\w-])--?[a-z][a-z-]*")
_LONG_OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")
_TARGET = re.compile(r"(?:^|[\s;&(])make +([a-z][a-z-]*)")
_RULE = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)
_DECISION = re.compile(r"\d{3}-[a-z0-9-]+\.md|dependencies\.md")

# Written so that this file does not itself name what it forbids.
_FORBIDDEN: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("an absolute path of somebody's machine", re.compile(r"(?<![\w.:/-])/(?:home|Users|root|work|mnt)/[\w.-]+")),
    ("a drive's path", re.compile(r"\b[A-Z]:\\(?:Users|home|work)\b")),
    (
        "a package registry's host",
        re.compile(r"\b(?:py[p]i|python[h]osted|npm[j]s|crates|rubygems|debian)\.(?:org|io)\b"),
    ),
    ("a tracker's number", re.compile(r"\b(?:issue|ticket|bug) ?#\d+|/issues/\d+", re.IGNORECASE)),
    ("an open end", re.compile(r"\b(?:FIX[M]E|T[O]DO|X[X]X)\b")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One place that is not as it should be, and what to do about it."""

    where: str
    what: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a Markdown page; `code` is what stands in it as code: all of it in a fence, else its spans."""

    page: Path
    number: int
    text: str
    code: tuple[str, ...]
    fenced: bool


Check: TypeAlias = Callable[[Path], tuple[str, list[Fault]]]


def generated_pages(root: Path) -> tuple[str, list[Fault]]:
    """The pages that docs/generate.py writes are what it would write now."""
    wanted = generate.pages()
    stale = [name for name, content in wanted.items() if _read(root / "docs" / name) != content]
    faults = [Fault(where=f"docs/{name}", what="is not what the code says", remedy="make docs") for name in stale]
    return f"{len(wanted)} generated pages are fresh", faults


def links(root: Path) -> tuple[str, list[Fault]]:
    """Every relative link leads to a file, and its fragment to a heading there."""
    found = [(line, match[1]) for line in _prose(root) for match in _LINK.finditer(line.text)]
    relative = [(line, target) for line, target in found if not re.match(r"[a-z][a-z+.-]*:", target)]
    broken = [(line, target) for line, target in relative if not _leads_somewhere(line.page, target)]
    faults = [
        _fault(root, line, f"the link {target} leads nowhere", "name a file or heading that exists")
        for line, target in broken
    ]
    return f"{len(relative)} relative links resolve", faults


def _leads_somewhere(page: Path, target: str) -> bool:
    name, _, fragment = target.partition("#")
    path = page.parent / name if name else page
    if not path.exists():
        return False
    return not fragment or fragment in {_slug(line.text) for line in _lines(path) if not line.fenced}


def _slug(line: str) -> str | None:
    """The fragment of a heading line as code hosts make it; None for other lines."""
    heading = _HEADING.match(line)
    return re.sub(r"[^\w -]", "", heading[1].lower()).strip().replace(" ", "-") if heading else None


def commands(root: Path) -> tuple[str, list[Fault]]:
    """Every command and option that a page names is there, the option on the command it stands behind."""
    options = dict(_commands(typer.main.get_command(app)))
    every = frozenset().union(*options.values())
    faults, count = [], 0
    for line in _all_lines(root):
        for code in line.code:
            for match in _COMMAND.finditer(code):
                count += 1
                faults += [
                    _fault(root, line, what, "see: cleaner --help") for what in _unknown(match[1].split(), options)
                ]
            if code.startswith("-"):
                unknown = set(_LONG_OPTION.findall(code)) - every
                faults += [_fault(root, line, f"no command has {option}", "see: cleaner --help") for option in unknown]
    return f"{count} command lines name commands and options there are", faults


def _unknown(words: Sequence[str], options: dict[tuple[str, ...], frozenset[str]]) -> Iterator[str]:
    """What in the words after `cleaner` is no command, or no option of the command it follows."""
    path: tuple[str, ...] = ()
    for word in words:
        if (*path, word) not in options:
            break
        path = (*path, word)
    rest = words[len(path) :]
    groups = {known[:-1] for known in options if known}
    if path in groups and rest and re.fullmatch(r"[a-z]+", rest[0]):
        yield f"no command is called: cleaner {' '.join((*path, rest[0]))}"
        return
    for option in (found for word in rest for found in _OPTION.findall(word.partition("=")[0]) if word.startswith("-")):
        if option not in options[path]:
            yield f"cleaner {' '.join(path)} has no {option}"


def _commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], frozenset[str]]]:
    named = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    yield path, frozenset(named | {"-h", "--help"})
    for name, below in getattr(command, "commands", {}).items():
        yield from _commands(below, (*path, name))


def public_names(root: Path) -> tuple[str, list[Fault]]:
    """Every name in `cleaner.__all__` stands as code in the README or in docs/."""
    words = {word for line in _all_lines(root) for code in line.code for word in re.findall(r"\w+", code)}
    missing = sorted(set(cleaner.__all__) - words)
    faults = [
        Fault(where="README.md", what=f"`{name}` is public and nowhere told of", remedy="document it")
        for name in missing
    ]
    return f"{len(cleaner.__all__)} public names are documented", faults


def make_targets(root: Path) -> tuple[str, list[Fault]]:
    """Every `make` target that a page names is in the Makefile."""
    there = set(_RULE.findall(_read(root / "Makefile")))
    lines = (line for line in _all_lines(root) if line.page.name != "rules.md")  # residue says "make the most of it"
    named = [(line, match[1]) for line in lines for code in line.code for match in _TARGET.finditer(code)]
    faults = [
        _fault(root, line, f"there is no `make {name}`", "see: make help") for line, name in named if name not in there
    ]
    return f"{len({name for _, name in named})} make targets exist", faults


def decisions(root: Path) -> tuple[str, list[Fault]]:
    """Every page under docs/decisions is numbered once and linked from the README there."""
    folder = root / "docs" / "decisions"
    index = _read(folder / "README.md")
    names = sorted(path.name for path in folder.glob("*.md") if path.name != "README.md")
    faults = [
        Fault(where=f"docs/decisions/{name}", what=what, remedy=remedy)
        for name in names
        for wrong, what, remedy in (
            (f"({name})" not in index, "is not in the list", "link it from docs/decisions/README.md"),
            (not _DECISION.fullmatch(name), "is not called NNN-title.md", "rename it"),
            (
                name[:3].isdigit() and sum(n[:3] == name[:3] for n in names) > 1,
                "shares its number",
                "take the next one",
            ),
        )
        if wrong
    ]
    return f"{len(names)} decisions are listed", faults


def forbidden(root: Path) -> tuple[str, list[Fault]]:
    """No file names a path of somebody's machine, a registry's host, a tracker's number or an open end."""
    files = [path for path in _files(root) if path.name != "LICENSE"]
    faults = []
    for path in files:
        for number, text in enumerate(_read(path).splitlines(), start=1):
            for what, pattern in _FORBIDDEN:
                if match := pattern.search(text):
                    where = f"{path.relative_to(root)}:{number}"
                    faults.append(Fault(where=where, what=f"names {what}: {match[0]}", remedy="take it out"))
    return f"{len(files)} files name no machine, registry or tracker", faults


CHECKS: tuple[Check, ...] = (
    generated_pages,
    links,
    commands,
    public_names,
    make_targets,
    decisions,
    forbidden,
)


def _fault(root: Path, line: Line, what: str, remedy: str) -> Fault:
    return Fault(where=f"{line.page.relative_to(root)}:{line.number}", what=what, remedy=remedy)


def _prose(root: Path) -> Iterator[Line]:
    """The lines of all pages that are not code, their code spans blanked."""
    for line in _all_lines(root):
        if not line.fenced:
            text = _SPAN.sub("", line.text)
            yield Line(page=line.page, number=line.number, text=text, code=(), fenced=False)


def _all_lines(root: Path) -> Iterator[Line]:
    return (line for path in _files(root) if path.suffix == ".md" for line in _lines(path))


def _lines(path: Path) -> Iterator[Line]:
    fence = ""
    for number, text in enumerate(_read(path).splitlines(), start=1):
        mark = _FENCE.match(text.lstrip())
        if mark and (not fence or text.strip() == fence):
            fence = "" if fence else mark[1]
            code: tuple[str, ...] = ()
        else:
            code = (text,) if fence else tuple(match[2] for match in _SPAN.finditer(text))
        yield Line(page=path, number=number, text=text, code=code, fenced=bool(fence or mark))


def _files(root: Path) -> Iterator[Path]:
    """The project's own text files, in order; not what tools made."""
    for path in sorted(root.iterdir()):
        if path.name.startswith(".") and path.name not in HIDDEN_BUT_OURS:
            continue
        if path.is_dir() and path.name not in NOT_OURS and path.name != "__pycache__":
            yield from _files_below(path)
        elif path.is_file() and path.suffix != ".png":
            yield path


def _files_below(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not {"__pycache__", "node_modules"} & set(path.parts) and _is_text(path):
            yield path


def _is_text(path: Path) -> bool:
    with path.open("rb") as file:
        return b"\0" not in file.read(4096)


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def main(arguments: Sequence[str]) -> int:
    """0 where every check holds, 1 with each fault's place and remedy where one does not."""
    root = Path(arguments[0]).resolve() if arguments else ROOT
    failed = 0
    for check in CHECKS:
        told, faults = check(root)
        failed += len(faults)
        sys.stdout.write(f"docs: {told}\n" if not faults else "")
        for fault in faults:
            sys.stdout.write(f"docs: {fault.where}: {fault.what}; {fault.remedy}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
