"""Every hostile endpoint and page through the command line: bounded, typed, silent to the canary, clean on the terminal."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hostile_pages import PAGES, PARAGRAPHS, HostilePage
from hostile_server import ENDPOINTS, SHOWN, Canary, HostileServer

MAX_S, MAX_MIB = 20.0, 512
TIMEOUT_S = "1.5"  # of one exchange; a redirect is one of its own
PATIENCE_S = 1_500.0
CONTROLS = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae\xa8\xa9]|\xe2\x81[\xa6-\xa9]")
ERROR = re.compile(rb"^cleaner: error\[[a-z-]+\]: .+", re.MULTILINE)
MIN_ENDPOINTS, MIN_PAGES = 120, 60
EVERY = 12  # of the endpoints so many are also archived

pytestmark = pytest.mark.skipif(not os.environ.get("HOSTILE"), reason="minutes of hostile pages: make hostile")


@dataclass(frozen=True)
class Ended:
    """How one run ended, and what it said."""

    code: int
    seconds: float
    cpu: float
    mib: int
    out: bytes
    err: bytes


def runs(jobs: list[dict[str, Any]]) -> dict[str, Ended]:
    script = Path(__file__).with_name("limited_runs.py")
    done = subprocess.run(  # noqa: S603
        [sys.executable, str(script)],
        input="\n".join(map(json.dumps, jobs)),
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE_S,
        check=False,
    )
    assert 0 == done.returncode, done.stderr
    rows = map(json.loads, done.stdout.splitlines())
    folders = {job["name"]: Path(job["folder"]) for job in jobs}
    return {
        row["name"]: Ended(
            row["code"], row["seconds"], row["cpu"], row["mib"],
            (folders[row["name"]] / "stdout").read_bytes(), (folders[row["name"]] / "stderr").read_bytes(),
        )
        for row in rows
    }  # fmt: skip


@dataclass(frozen=True)
class Net:
    """The runs over all endpoints, and whether the canary was seen."""

    ended: dict[str, Ended]
    folder: Path
    contacts: int


@pytest.fixture(scope="module")
def net(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Net]:
    folder = tmp_path_factory.mktemp("net")
    canary = Canary()
    server = HostileServer(canary.place)
    archive = ["-a", str(folder / "archive")]
    kept = [path for number, path in enumerate(ENDPOINTS) if number % EVERY == 0]
    jobs = [job(folder, path, server, "clean") for path in ENDPOINTS]
    jobs += [job(folder, path, server, "add", *archive) for path in kept]
    jobs.append({"name": "verify", "words": ["archive", "verify", *archive], "folder": str(folder / "run-verify")})
    ended = runs(jobs)
    yield Net(ended, folder, canary.contacts)
    server.close()
    canary.close()


def job(folder: Path, path: str, server: HostileServer, command: str, *more: str) -> dict[str, Any]:
    words = [command, f"http://{server.place}{path}", "--allow-host", server.place, "--timeout", TIMEOUT_S, *more]
    name = path if command == "clean" else f"{command} {path}"
    return {"name": name, "words": words, "folder": str(folder / ("run-" + name.replace("/", "-")))}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ended]:
    folder = tmp_path_factory.mktemp("pages")
    found: dict[str, Ended] = {}
    for page in PAGES:
        path = folder / f"{page.name}.html"
        path.write_bytes(page.content())
        found |= runs([{"name": page.name, "words": ["clean", str(path)], "folder": str(folder / page.name)}])
        path.unlink()
    return found


def check(ended: Ended, exits: frozenset[int]) -> None:
    assert b"Traceback" not in ended.err
    assert ended.code in exits, ended.err[:400]
    assert ended.cpu < MAX_S
    assert ended.mib < MAX_MIB
    assert not CONTROLS.findall(ended.err)
    assert (ended.code == 0) == bool(ended.out.strip())
    assert (ended.code == 0) != bool(ERROR.search(ended.err)), ended.err[:400]


def test_there_are_enough_of_them() -> None:
    assert len(ENDPOINTS) >= MIN_ENDPOINTS
    assert len(PAGES) >= MIN_PAGES


@pytest.mark.parametrize("path", ENDPOINTS)
def test_endpoint_is_survived(net: Net, path: str) -> None:
    endpoint, ended = ENDPOINTS[path], net.ended[path]
    check(ended, endpoint.exits)
    assert ended.seconds < MAX_S
    if ended.code == 0 and endpoint.shows:
        assert SHOWN.encode() in ended.out
    assert not CONTROLS.findall(ended.out)


def test_canary_sees_no_contact(net: Net) -> None:
    assert 0 == net.contacts


def test_archive_is_sound_after_all_of_it(net: Net) -> None:
    assert 0 == net.ended["verify"].code, net.ended["verify"].err


def test_nothing_half_written_and_nothing_outside_the_archive(net: Net) -> None:
    assert {"archive"} == {path.name for path in net.folder.iterdir() if not path.name.startswith("run-")}
    names = [path.name for path in (net.folder / "archive").rglob("*")]
    assert [] == [name for name in names if name.endswith((".open", ".tmp", ".part")) or CONTROLS.search(name.encode())]
    assert [] == [path for path in net.folder.rglob("*") if path.is_symlink()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page_is_survived(pages: dict[str, Ended], page: HostilePage) -> None:
    ended = pages[page.name]
    check(ended, page.exits)
    assert not CONTROLS.findall(ended.out)
    if ended.code == 0:
        text = ended.out.decode()
        assert [] == [words for words in page.says if words not in text]
        assert [] == [words for words in page.hides if words in text]


def test_probe_would_notice() -> None:
    """The article of these pages is what the checks look for."""
    assert SHOWN == PARAGRAPHS[0]
