"""The pages in a real browser: used as people use them without scripts, checked by axe, attacked by archived pages."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from chromium import AXE, CHROMIUM, chromium, require
from playwright.sync_api import Browser, Page
from web_library import Library, fill, pictured

from cleaner.archive import Archive
from cleaner.archive.exports import ExportFormat

PATIENCE_S = 30.0
ROOT = Path(__file__).resolve().parents[2]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PAGES = {
    "list": "/",
    "search": "/?q=ferry",
    "nothing": "/?q=zebrafish",
    "read": "/article/{ferry}",
    "inspect": "/article/{ferry}/inspect",
    "versions": "/article/{ferry}/versions",
    "record": "/article/{ferry}/record",
    "original": "/article/{ferry}/original",
    "picture": "/article/{picture}/original",
    "none": "/article/{gone}",
    "evil": "/article/{evil}/inspect",
    "rules": "/rules",
    "rule": "/rules/ads/notice",
    "teach": "/article/{ferry}/teach/drop/{block}",
    "failures": "/failures",
    "statistics": "/statistics",
    "error": "/article/none",
}


def block_of(library: Library) -> int:
    """The index of the last block of the ferry's article."""
    with Archive(library.path, create=False) as archive:
        article = archive.article(archive.show(library.ids["ferry"]).entry)
    assert article is not None
    return article.blocks[-1].index


class Trap:
    """A port that archived pages point to; `touched` once anything connected."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.touched = threading.Event()
        threading.Thread(target=self._wait, daemon=True).start()

    def _wait(self) -> None:
        try:
            connection, _ = self._listening.accept()
        except OSError:
            return
        self.touched.set()
        connection.close()

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()


@pytest.fixture(scope="module")
def trap() -> Iterator[Trap]:
    with closing(Trap()) as opened:
        yield opened


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, trap: Trap) -> Library:
    return fill(tmp_path_factory.mktemp("browser") / "archive", trap.port)


@contextmanager
def serving(archive: Path) -> Iterator[str]:
    """The address of the program's own server over the archive."""
    command = [sys.executable, "-m", "cleaner", "archive", "serve", "-a", str(archive), "--port", "0", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as server:  # noqa: S603
        try:
            assert server.stdout is not None
            yield str(json.loads(server.stdout.readline())["address"]).rstrip("/")
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(PATIENCE_S)


@pytest.fixture(scope="module")
def address(library: Library) -> Iterator[str]:
    require(CHROMIUM)
    with serving(library.path) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Not for the whole session: while it is open this thread has a running event loop, which other tests start anew.
    require(CHROMIUM)
    with chromium() as opened:
        yield opened


@contextmanager
def tab(browser: Browser, address: str, **context: Any) -> Iterator[Page]:
    """A tab in which a dialog, an error on the console or a request to anywhere but our server fails the test."""
    heard: list[str] = []
    opened = browser.new_context(base_url=address, **context)
    page = opened.new_page()
    page.on("dialog", lambda dialog: (heard.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on("request", lambda asked: None if asked.url.startswith((address, "data:")) else heard.append(asked.url))
    page.on("pageerror", lambda error: heard.append(f"error {error}"))
    try:
        yield page
    finally:
        opened.close()
    assert [] == heard


def test_a_reader_finds_reads_inspects_compares_and_verifies_without_scripts(browser: Browser, address: str) -> None:
    with tab(browser, address, java_script_enabled=False) as page:
        page.goto("/")
        page.get_by_placeholder("Search titles and texts").fill("piano")
        page.keyboard.press("Enter")
        found = page.locator("li", has_text="quayside.example")
        found.get_by_role("link", name="The night ferry sails again", exact=True).click()
        assert page.get_by_text("keeps to the left-hand side").is_visible()
        page.get_by_role("link", name="Inspect").first.click()
        removed = page.locator("tr.dropped", has_text="Story continues below advertisement")
        assert "line-through" in removed.locator("del").evaluate(
            "element => getComputedStyle(element).textDecorationLine"
        )
        removed.get_by_role("link", name="ads/notice").click()
        assert page.url == f"{address}/rules/ads/notice"
        page.locator("li", has_text="2026-11-20").get_by_role("link", name="The night ferry sails again").click()
        page.get_by_role("link", name="Versions").click()
        assert "nine minutes" == page.locator("del").first.inner_text()
        page.get_by_role("radio", name="Compare to 2026-11-20").check()
        page.get_by_role("button", name="Compare").click()
        assert page.get_by_text("Both texts are the same.").is_visible()
        page.get_by_role("link", name="Record").click()
        page.get_by_role("button", name="Verify now").click()
        assert page.get_by_text("sound").first.is_visible()
        page.reload()  # sends the form again, with a token that is spent
        assert page.get_by_text("this form was sent before").is_visible()


@pytest.mark.parametrize("where", ["", "/inspect", "/versions", "/record", "/original", "/frame"])
def test_archived_page_runs_nothing_and_fetches_nothing(
    browser: Browser, address: str, library: Library, trap: Trap, where: str
) -> None:
    with tab(browser, address) as page:
        page.goto(f"/article/{library.ids['evil']}{where}", wait_until="networkidle")
        shown = page.frame_locator("iframe").locator("body") if where == "/original" else page.locator("body")
        assert "comes ashore" in shown.inner_text()
    assert not trap.touched.is_set()


def test_exported_page_shows_its_pictures_and_asks_for_nothing(
    browser: Browser, library: Library, trap: Trap, tmp_path: Path
) -> None:
    with Archive(shutil.copytree(library.path, tmp_path / "archive"), fsync=False) as archive:
        archive.add(pictured())
        archive.export(ExportFormat.HTML, tmp_path / "all.html")
    with tab(browser, f"file://{tmp_path}") as page:
        page.goto(f"file://{tmp_path}/all.html", wait_until="networkidle")
        assert "comes ashore" in page.locator("body").inner_text()
        assert page.locator("img").first.evaluate("image => image.complete && image.naturalWidth > 0")
    assert not trap.touched.is_set()


def test_trap_would_have_been_touched(browser: Browser) -> None:
    with closing(Trap()) as trap:
        page = browser.new_page()
        page.set_content(f'<link rel="stylesheet" href="http://127.0.0.1:{trap.port}/x.css">')
        assert trap.touched.wait(PATIENCE_S)
        page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_to_complain_of(
    browser: Browser, address: str, library: Library, name: str, scheme: Any
) -> None:
    with tab(browser, address, color_scheme=scheme) as page:
        page.goto(PAGES[name].format(**library.ids, block=block_of(library)))
        page.evaluate(require(AXE).read_text(encoding="utf-8"))
        only = {"type": "tag", "values": WCAG} if scheme == "light" else {"type": "rule", "values": ["color-contrast"]}
        found = page.evaluate("only => axe.run({runOnly: only})", only)
    assert found["passes"]
    faults = [
        f"{fault['id']}: {node['html'][:200]} {node['any'][0]['message'] if node['any'] else ''}"
        for fault in found["violations"]
        for node in fault["nodes"][:3]
    ]
    assert [] == faults


@pytest.mark.parametrize("name", PAGES)
def test_page_fits_a_narrow_screen(browser: Browser, address: str, library: Library, name: str) -> None:
    with tab(browser, address, viewport={"width": 320, "height": 640}) as page:
        page.goto(PAGES[name].format(**library.ids, block=block_of(library)))
        assert 320 >= page.evaluate("document.documentElement.scrollWidth")


def test_keyboard_alone_is_enough(browser: Browser, address: str) -> None:
    with tab(browser, address) as page:
        page.goto("/rules")
        page.keyboard.press("Tab")
        assert "Skip to the content" == page.evaluate("document.activeElement.textContent")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('main') !== null")
        assert "none" != page.evaluate("getComputedStyle(document.activeElement).outlineStyle")


def test_print_leaves_the_frame_of_the_page_out(browser: Browser, address: str, library: Library) -> None:
    with tab(browser, address) as page:
        page.goto(f"/article/{library.ids['ferry']}")
        page.emulate_media(media="print")
        assert not page.locator("header.site").is_visible()
        assert not page.locator(".tabs").is_visible()
        assert page.get_by_text("keeps to the left-hand side").is_visible()


def test_inspection_page_has_its_picture(browser: Browser, address: str, library: Library, tmp_path: Path) -> None:
    folder = Path(os.environ.get("CLEANER_PICTURES") or tmp_path)
    for scheme in ("light", "dark"):
        with tab(browser, address, color_scheme=scheme, viewport={"width": 1120, "height": 860}) as page:
            page.goto(f"/article/{library.ids['ferry']}/inspect")
            picture = page.screenshot(path=folder / f"inspect-{scheme}.png")
        assert picture.startswith(b"\x89PNG")


def test_a_reader_teaches_a_rule_sees_the_preview_and_the_change(browser: Browser, tmp_path: Path) -> None:
    library = fill(tmp_path / "archive")
    with serving(library.path) as address, tab(browser, address, java_script_enabled=False) as page:
        page.goto(f"/article/{library.ids['unchanged']}/inspect")
        row = page.locator("tr.kept", has_text="Bookings for the winter")
        row.hover()
        row.get_by_role("link", name="Always drop this here").click()
        assert page.locator("del", has_text="Bookings for the winter").is_visible()
        page.get_by_role("button", name="Save for quayside.example").click()
        page.get_by_role("button", name="Clean its archived pages again").click()
        page.get_by_text("1 text changed").wait_for()
        page.get_by_role("link", name="Back to the page").click()
        assert page.locator("tr.dropped", has_text="Bookings for the winter").get_by_text("site/line").is_visible()
        page.get_by_role("link", name="Versions").click()
        assert "Bookings for the winter" in page.locator("del").first.inner_text()
