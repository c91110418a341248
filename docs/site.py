# a script beside the pages it binds, not a package
"""Builds the site of the documents into build/site, without network; run by `make check`, where a broken link is an error.

The pages stand in docs/ and beside the README as people read them on a code host; here they become one tree.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "build" / "site-pages"
BESIDE = {"README.md": "index.md", "CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}
SUFFIXES = {".md", ".png", ".svg", ".txt"}

_LINK = re.compile(r"(?<=\]\()([^()\s#]+)(#[^()\s]*)?(?=\))")


def main() -> int:
    """0 once the site stands, else what mkdocs ended with."""
    shutil.rmtree(PAGES, ignore_errors=True)
    for path in sorted((ROOT / "docs").rglob("*")):
        if path.suffix in SUFFIXES:
            put(path, PAGES / path.relative_to(ROOT / "docs"))
    for name, page in BESIDE.items():
        put(ROOT / name, PAGES / page)
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"]
    # mkdocs-material tells of its authors' next program; that is no news about these pages.
    return subprocess.run(command, cwd=ROOT, check=False, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}).returncode  # noqa: S603


def put(source: Path, place: Path) -> None:
    """Nothing; the file stands in the tree, its links leading where they lead from there."""
    place.parent.mkdir(parents=True, exist_ok=True)
    if source.suffix != ".md":
        shutil.copyfile(source, place)
        return
    text = source.read_text(encoding="utf-8")
    place.write_text(_LINK.sub(lambda found: moved(found, source, place), text), encoding="utf-8")


def moved(link: re.Match[str], source: Path, place: Path) -> str:
    """The link as it must read from `place`; what is no page here leads to the page that it stands on."""
    target, fragment = link[1], link[2] or ""
    if re.match(r"[a-z][a-z+.-]*:", target):
        return link[0]
    path = (source.parent / target).resolve()
    name = BESIDE.get(path.name) if path.parent == ROOT else None
    there = (
        PAGES / name
        if name
        else PAGES / path.relative_to(ROOT / "docs")
        if path.is_relative_to(ROOT / "docs")
        else None
    )
    if there is None or path.suffix not in SUFFIXES:
        return place.name
    return os.path.relpath(there, place.parent) + fragment


if __name__ == "__main__":
    sys.exit(main())
