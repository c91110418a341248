"""`cleaner archive serve` as people run it: where it stands, how it ends, and what it refuses."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cleaner.archive import Archive

Run = Callable[..., Any]
PATIENCE_S = 30.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with Archive(tmp_path / "archive", fsync=False) as archive:
        return archive.path


def test_server_says_its_address_answers_and_ends_when_told(folder: Path) -> None:
    command = [sys.executable, "-m", "cleaner", "archive", "serve", "-a", str(folder), "--port", "0", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ}) as serving:  # noqa: S603
        try:
            assert serving.stdout is not None
            told = json.loads(serving.stdout.readline())
            assert told["address"].startswith("http://127.0.0.1:")
            with urllib.request.urlopen(told["address"], timeout=PATIENCE_S) as answer:  # noqa: S310
                assert b"Nothing here yet" in answer.read()
        finally:
            serving.send_signal(signal.SIGINT)
            _, err = serving.communicate(timeout=PATIENCE_S)
    assert (130, b"") == (serving.returncode, err)


def test_taken_port_is_a_usage_error(run: Run, folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ran = run("archive", "serve", "-a", folder, "--port", taken.getsockname()[1])
    assert 2 == ran.code
    assert "cannot listen there: address already in use" in ran.err


@pytest.mark.parametrize("host", ["192.0.2.1", "no.such.host.invalid"])
def test_address_of_another_machine_is_a_usage_error(run: Run, folder: Path, host: str) -> None:
    ran = run("archive", "serve", "-a", folder, "--listen", host)
    assert 2 == ran.code
    assert "cannot listen there" in ran.err


def test_missing_archive_is_not_made(run: Run, tmp_path: Path) -> None:
    ran = run("archive", "serve", "-a", tmp_path / "none")
    assert 2 == ran.code
    assert not (tmp_path / "none").exists()


def test_missing_package_is_named_with_its_extra(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("cleaner.web")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "starlette", None)
    monkeypatch.setitem(sys.modules, "starlette.applications", None)
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    ran = run("archive", "serve", "-a", folder)
    assert 2 == ran.code
    assert "pip install 'article-cleaner[web]'" in ran.err
