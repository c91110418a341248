"""Every hostile endpoint and page through the command line: bounded, typed, silent to the canary, clean on the terminal."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hostile_pages import HEAVY, PAGES, PARAGRAPHS, HostilePage
from hostile_server import ENDPOINTS, SHOWN, Canary, HostileServer

MAX_S, MAX_MIB = 20.0, 512
TIMEOUT_S = "3"  # of one exchange; a redirect is one of its own
PATIENCE_S = 150.0
CONTROLS = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae\xa8\xa9]|\xe2\x81[\xa6-\xa9]")
ERROR = re.compile(rb"^cleaner: error\[[a-z-]+\]: .+", re.MULTILINE)
MIN_ENDPOINTS, MIN_PAGES = 120, 60
# `make hostile` asks all of them, `make test` one in ten; of the endpoints asked one in so many is also archived.
EVERY = 1 if os.environ.get("HOSTILE") else 10
ADDED = 12 if EVERY == 1 else 4
ASKED = tuple(ENDPOINTS)[::EVERY]
GIVEN = PAGES if EVERY == 1 else HEAVY[3::12]


@dataclass(frozen=True)
class Ended:
    """How one run ended, and what it said."""

    code: int
    seconds: float
    cpu: float
    mib: int
    out: bytes
    err: bytes


class Runs:
    """The script that runs the command line, each run in a killable process of its own with its own limits."""

    def __init__(self) -> None:
        script = Path(__file__).with_name("limited_runs.py")
        self._script = subprocess.Popen(  # noqa: S603
            [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        )

    def ended(self, name: str, words: list[str], folder: Path) -> Ended:
        """How the run ended; the next one begins after that."""
        assert self._script.stdin
        assert self._script.stdout
        self._script.stdin.write(json.dumps({"name": name, "words": words, "folder": str(folder)}) + "\n")
        self._script.stdin.flush()
        row = json.loads(self._script.stdout.readline())
        said = ((folder / stream).read_bytes() for stream in ("stdout", "stderr"))
        return Ended(row["code"], row["seconds"], row["cpu"], row["mib"], *said)

    def close(self) -> None:
        self._script.communicate(timeout=PATIENCE_S)
        assert 0 == self._script.returncode


@pytest.fixture(scope="module")
def command() -> Iterator[Runs]:
    runs = Runs()
    yield runs
    runs.close()


@dataclass(frozen=True)
class Net:
    """The runs over all endpoints, and whether the canary was seen."""

    ended: dict[str, Ended]
    folder: Path
    contacts: int


@pytest.fixture(scope="module")
def net(tmp_path_factory: pytest.TempPathFactory, command: Runs) -> Iterator[Net]:
    folder = tmp_path_factory.mktemp("net")
    canary = Canary()
    server = HostileServer(canary.place)
    archive = ["-a", str(folder / "archive")]
    ended: dict[str, Ended] = {}

    def run(path: str, name: str, *more: str) -> None:
        words = [name, f"http://{server.place}{path}", "--allow-host", server.place, "--timeout", TIMEOUT_S, *more]
        ended[f"{name} {path}"] = command.ended(path, words, folder / ("run-" + f"{name} {path}".replace("/", "-")))

    for number, path in enumerate(ASKED):
        run(path, "clean")
        if number % ADDED == 0:
            run(path, "add", *archive)
    ended["verify"] = command.ended("verify", ["archive", "verify", *archive], folder / "run-verify")
    yield Net(ended, folder, canary.contacts)
    server.close()
    canary.close()


@pytest.fixture
def cleaned(request: pytest.FixtureRequest, tmp_path: Path, command: Runs) -> Ended:
    page: HostilePage = request.getfixturevalue("page")
    path = tmp_path / "page.html"
    path.write_bytes(page.content())
    ended = command.ended(page.name, ["clean", str(path)], tmp_path / "run")
    path.unlink()
    return ended


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


@pytest.mark.parametrize("path", ASKED)
def test_endpoint_is_survived(net: Net, path: str) -> None:
    endpoint, ended = ENDPOINTS[path], net.ended[f"clean {path}"]
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


@pytest.mark.parametrize("page", GIVEN, ids=lambda page: page.name)
def test_page_is_survived(cleaned: Ended, page: HostilePage) -> None:
    ended = cleaned
    check(ended, page.exits)
    assert not CONTROLS.findall(ended.out)
    if ended.code == 0:
        text = ended.out.decode()
        assert [] == [words for words in page.says if words not in text]
        assert [] == [words for words in page.hides if words in text]


def test_probe_would_notice() -> None:
    """The article of these pages is what the checks look for."""
    assert SHOWN == PARAGRAPHS[0]
