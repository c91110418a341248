"""`cleaner add --browser --images`: what scripts show is printed and kept, and what is missing is said with its remedy."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_farm import SENTENCE, Site, served
from chromium import CHROMIUM, require
from conftest import Run

from cleaner.fetch import browser


@pytest.fixture
def farm() -> Iterator[Site]:
    with served() as site:
        yield site


def test_add_shows_the_page_and_keeps_its_pictures(run: Run, farm: Site, tmp_path: Path) -> None:
    require(CHROMIUM)
    words = ("add", farm.url("/"), "-a", tmp_path / "a", "--allow-host", farm.place)
    without = run(*words, "--json")
    assert (without.code, without.errors[0]["error"]) == (3, "no-content")
    shown = run(*words, "--browser", "--images")
    assert shown.code == 0
    assert shown.out.splitlines()[0] == SENTENCE.format(0)
    assert f"picture   {farm.url('/boat.png')}" in shown.err.splitlines()
    again = run(*words, "--browser", "--images", "--json")
    assert again.rows[0]["pictures"] == [], "what is in the archive is not fetched twice"
    assert farm.asked["/boat.png"] == 1
    assert run("archive", "verify", "--deep", "-a", tmp_path / "a").code == 0


def test_pictures_need_no_browser_and_one_that_cannot_be_had_is_a_warning(run: Run, farm: Site, tmp_path: Path) -> None:
    lines = "".join(f"<p>{SENTENCE.format(n)}</p>" for n in range(4))
    pictures = "".join(f"<figure><img src='{src}' width=600 height=400></figure>" for src in ("/boat.png", "/gone.png"))
    page = farm.put("/plain", f"<html><body><article>{lines}{pictures}{lines}</article></body></html>")
    words = ("add", page, "-a", tmp_path / "a", "--allow-host", farm.place, "--images")
    ran = run(*words, "--header", "Cookie: secret=1")
    assert ran.code == 0
    assert f"cleaner: warning: no picture from {farm.url('/gone.png')}: is no picture: 404 text/plain" in ran.err
    assert "picture   " + farm.url("/boat.png") in ran.err


def test_without_chromium_it_says_what_to_install(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "FIRST_PLACE", str(tmp_path / "none"))
    monkeypatch.setenv("PATH", str(tmp_path))
    ran = run("add", "https://example.org/", "-a", tmp_path / "a", "--browser", "--json")
    assert (ran.code, ran.errors[0]["error"]) == (2, "no-browser")
    assert "apt-get install chromium" in ran.errors[0]["hint"]
    assert not (tmp_path / "a").exists()
    config = tmp_path / "crawl.toml"
    config.write_text('archive = "a"\n[[source]]\nurls = ["https://example.org/"]\nbrowser = true\n')
    checked = run("crawl", config, "--check", "--json")
    assert (checked.code, checked.errors[0]["error"]) == (2, "no-browser")


def test_a_page_without_an_address_cannot_be_shown(run: Run, tmp_path: Path) -> None:
    require(CHROMIUM)
    ran = run("add", "-", "-a", tmp_path / "a", "--browser", "--json", stdin=b"<p>A page from nowhere.</p>")
    assert (ran.code, ran.errors[0]["error"]) == (2, "usage")
    assert not (tmp_path / "a").exists()
