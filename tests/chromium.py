"""Chromium for tests: where it is, how it is started, and whether its absence is a skip or a failure."""

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

CHROMIUM = Path("/usr/bin/chromium")
AXE = Path(__file__).resolve().parent / "browser" / "node_modules" / "axe-core" / "axe.min.js"
# Nothing that a browser does of its own accord may leave this machine.
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def require(path: Path) -> Path:
    """The path, which is there; else the test is skipped, or fails in CI, where `make browser` has installed it."""
    if path.is_file():
        return path
    reason = f"{path.name} is not here; `make browser` says why"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def chromium() -> "Iterator[Browser]":
    """A headless Debian chromium with a user folder of its own."""
    from playwright.sync_api import sync_playwright

    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=require(CHROMIUM), args=[*FLAGS, *sandbox])
        yield browser
        browser.close()
