"""The command line run in this process, a page to run it on, and a loopback server for it to ask."""

import io
import json
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from cleaner.cli import run as run_cleaner

PATIENCE_S = 10.0  # no thread of a test waits longer for anything
PARAGRAPHS = (
    "The lock keeper of Dunmarrow has counted the boats by hand since the bridge was painted green.",
    "Every evening she writes the number into a ledger, and every evening the heron looks over her shoulder.",
    "Nobody has ever asked for the figures, she says, which is precisely why they have to be right.",
)
PAGE = (
    "<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'><title>The ledger of Dunmarrow</title></head><body>"
    "<nav><ul><li><a href='/'>Home</a></li><li><a href='/news'>News</a></li></ul></nav>"
    "<article><h1>The ledger of Dunmarrow</h1>"
    f"<p>{PARAGRAPHS[0]}</p><p>Advertisement</p><p>{PARAGRAPHS[1]}</p>"
    f"<p>{PARAGRAPHS[2]} <a href='/ledger'>Read the ledger</a> of that year.</p>"
    "</article><footer><p>Privacy policy</p></footer></body></html>"
)
SECOND = (
    "On the second page of her ledger the numbers are green, and the lock keeper says that the heron chose the ink."
)
PAGES = {
    "/spread": PAGE.replace("</article>", "<p><a class='next' href='/spread/2'>Next page</a></p></article>"),
    "/spread/2": PAGE.replace(
        "</article>", f"<p>{SECOND}</p><p><a class='next' href='/404'>Next page</a></p></article>"
    ),
}


@dataclass(frozen=True)
class Ran:
    """What one command line gave: exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The JSON objects on standard output, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def errors(self) -> list[dict[str, Any]]:
        """The JSON objects on standard error, one a line."""
        return [json.loads(line) for line in self.err.splitlines()]


Run = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    def go(*words: object, stdin: bytes | None = None) -> Ran:
        if stdin is not None:
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(stdin))))  # type: ignore[arg-type]
        capsys.readouterr()
        code = run_cleaner([str(word) for word in words])
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return go


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.html"
    path.write_text(PAGE, encoding="utf-8")
    return path


@pytest.fixture
def page_html() -> str:
    return PAGE


@pytest.fixture
def paragraphs() -> tuple[str, ...]:
    return PARAGRAPHS


class Server(ThreadingHTTPServer):
    """Answers by path; `/wait` answers nothing until the test is over, after it has set `asked`."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked, self.over = threading.Event(), threading.Event()

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    def url(self, path: str) -> str:
        return f"http://{self.place}{path}"


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        if self.path == "/wait":
            self.server.asked.set()
            self.server.over.wait(PATIENCE_S)
            self.close_connection = True
            return
        status = int(self.path[1:]) if self.path[1:].isdigit() else 200
        self.send_response(status)
        if status == 503:
            self.send_header("Retry-After", "3600")
        body = PAGES.get(self.path, PAGE).encode()
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing is said on standard error."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as serving:
        thread = threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield serving
        serving.over.set()
        serving.shutdown()
        thread.join(PATIENCE_S)
