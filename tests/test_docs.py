"""The documents are true: the README's examples run as they stand, and docs/check.py holds and can fail."""

import doctest
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

from cleaner import errors

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SET_UP_WITHIN = 60  # lines of the README that a newcomer reads before typing
ADDRESS = "https://example.org/ferry"  # stands in the README for the demo site, whose port is known only once it runs
DOCTEST_FLAGS = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL


def _script(folder: str, name: str) -> ModuleType:
    """A script of the project as a module."""
    path = ROOT / folder / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", [str(path.parent), *sys.path])
        patch.setitem(sys.modules, name, module)
        spec.loader.exec_module(module)
    return module


CHECK = _script("docs", "check")


def blocks(kind: str, text: str = README) -> list[str]:
    """The contents of the fenced blocks of that kind."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Site:
    """The demo site, and a folder that looks like the project's root to the examples."""

    base: str
    folder: Path

    @property
    def host(self) -> str:
        return self.base.removeprefix("http://")

    @property
    def article(self) -> str:
        return f"{self.base}/news/ferry.html"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    (tmp_path / "fixtures").symlink_to(ROOT / "fixtures")
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    monkeypatch.chdir(tmp_path)
    with _script("fixtures", "demo").serve() as base:
        yield Site(base=base, folder=tmp_path)


def session(block: str) -> list[tuple[str, str]]:
    """Commands of a console block with what each should print."""
    parts = re.split(r"^\$ (.*)\n", block, flags=re.MULTILINE)
    return list(zip(parts[1::2], parts[2::2], strict=True))


def shell(command: str, site: Site) -> str:
    """What the command prints on both streams, the demo site's address written as the README's."""
    if ADDRESS in command:
        allowed = re.sub(r"\bcleaner (clean|add)\b", rf"cleaner \1 --allow-host {site.host}", command)
        command = allowed.replace(ADDRESS, site.article)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(  # noqa: S603  # the README's own commands
        ["/bin/bash", "-o", "pipefail", "-c", command],
        cwd=site.folder,
        env={**os.environ, "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    said = done.stdout.replace(site.article, ADDRESS).replace("/127.0.0.1/", "/example.org/")
    assert done.returncode == 0, said
    return said


def looks_like(wanted: str) -> re.Pattern[str]:
    """The pattern of an example's output: a line of `…` stands for any lines, `…` in a line for any characters of it."""
    lines = [
        r"(?:.*\n)*" if line == "…" else re.escape(line).replace("…", ".*") + r"\n" for line in wanted.splitlines()
    ]
    return re.compile("".join(lines))


def test_shell_examples_print_what_the_readme_says(site: Site) -> None:
    examples = [example for block in blocks("console") for example in session(block)]
    assert len(examples) >= 10
    for command, wanted in examples:
        said = shell(command, site)
        assert looks_like(wanted).fullmatch(said), f"$ {command}\n{said}"


def test_python_examples_give_what_the_readme_says(site: Site) -> None:
    code = "\n".join(blocks("python"))
    local = code.replace(ADDRESS, site.article).replace("FetchOptions(", f"FetchOptions(allow_hosts=({site.host!r},), ")
    example = doctest.DocTestParser().get_doctest(local, {}, "README.md", "README.md", 0)
    told: list[str] = []
    result = doctest.DocTestRunner(optionflags=DOCTEST_FLAGS).run(example, out=told.append)
    assert result.attempted >= 20
    assert result.failed == 0, "".join(told)


def test_readme_begins_with_an_example_that_holds(site: Site) -> None:
    before, after = blocks("text")[:2]
    assert before == (ROOT / "docs" / "example.txt").read_text(encoding="utf-8")
    assert after == shell("cleaner clean --text -q docs/example.txt", site).rstrip("\n") + "\n"


def test_readme_names_two_set_up_commands_near_its_top() -> None:
    top = "\n".join(README.splitlines()[:SET_UP_WITHIN]) + "\n"
    (block,) = blocks("sh", top)
    assert ["make run", "make test"] == [line.partition("#")[0].strip() for line in block.splitlines()]


def test_readme_lists_every_exit_code() -> None:
    listed = {int(code) for code in re.findall(r"^\| (\d+) \|", README, re.MULTILINE)}
    raised = {kind.exit_code for kind in vars(errors).values() if isinstance(kind, type) and hasattr(kind, "exit_code")}
    assert {0, 1, 3, 130} | raised == listed


def test_check_finds_no_fault(capsys: pytest.CaptureFixture[str]) -> None:
    code = CHECK.main([])
    assert code == 0, capsys.readouterr().out


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the documents that a test may break."""
    shutil.copytree(ROOT / "docs", tmp_path / "docs", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", "Makefile"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def test_check_passes_on_the_copy(project: Path) -> None:
    assert CHECK.main([str(project)]) == 0


BROKEN = {
    "generated page": ("docs/rules.md", "one line more", "docs/rules.md: is not what the code says"),
    "link": ("README.md", "[x](docs/nowhere.md)", "docs/nowhere.md leads nowhere"),
    "heading": ("README.md", "[x](docs/design.md#nowhere)", "design.md#nowhere leads nowhere"),
    "command": ("README.md", "`cleaner polish x`", "no command is called: cleaner polish"),
    "sub-command": ("README.md", "`cleaner archive polish`", "no command is called: cleaner archive polish"),
    "option": ("docs/design.md", "`cleaner clean --shine`", "cleaner clean has no --shine"),
    "option of another command": ("README.md", "`cleaner rules list -a x`", "cleaner rules list has no -a"),
    "option alone": ("README.md", "`--shine`", "no command has --shine"),
    "make target": ("CONTRIBUTING.md", "`make polish`", "there is no `make polish`"),
    "path": ("README.md", "see /ho" + "me/ann/notes", "names an absolute path"),
    "registry": ("docs/design.md", "from py" + "pi.org", "names a package registry's host"),
    "tracker": ("CHANGELOG.md", "closes issue " + "#12", "names a tracker's number"),
    "new decision": ("docs/decisions/099-unlisted.md", "# x", "099-unlisted.md: is not in the list"),
}


@pytest.mark.parametrize(("file", "line", "told"), BROKEN.values(), ids=BROKEN)
def test_check_names_what_is_broken(
    file: str, line: str, told: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (project / file).open("a", encoding="utf-8") as page:
        page.write(f"\n{line}\n")
    assert CHECK.main([str(project)]) == 1
    assert told in capsys.readouterr().out


def test_check_names_a_public_name_that_is_not_told_of(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("cleaner.__all__", ["clean", "polish"])
    assert CHECK.main([str(project)]) == 1
    assert "`polish` is public and nowhere told of" in capsys.readouterr().out


def test_ci_runs_test_and_check_and_nothing_else() -> None:
    script = ROOT / ".ci" / "run"
    lines = [line for line in script.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    assert ["set -euo pipefail", 'cd "$(dirname "$0")/.."', "make test", "make check"] == lines
    assert os.access(script, os.X_OK)
