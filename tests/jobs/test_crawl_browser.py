"""Sources whose pages a browser shows: what is kept, asked for and left alone; in real chromium on loopback."""

import signal
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest
from browser_farm import BUILDER, SENTENCE, SHELL, png
from chromium import CHROMIUM, require
from crawling import Site
from farm import Farm, Say

from cleaner.archive import Archive
from cleaner.jobs.crawl import failures


def shell(script: str) -> Say:
    return Say(200, (("Content-Type", "text/html"),), SHELL.format(script).encode())


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    require(CHROMIUM)
    monkeypatch.setenv("CLEANER_STATE", str(tmp_path / "state"))
    with Farm(pages=0, extra=["/app", "/hang"]) as farm:
        farm.special |= {
            "/app": lambda *_: shell("<script src='/app.js'></script><script src='/private/count.js'></script>"),
            "/app.js": lambda *_: Say(200, (("Content-Type", "text/javascript"),), BUILDER.encode()),
            "/hang": lambda *_: shell("<script>for (;;) {}</script>"),
            "/boat.png": lambda *_: Say(200, (("Content-Type", "image/png"),), png()),
        }
        yield Site(farm, tmp_path, top={"clean": True})


def test_what_scripts_build_is_kept_and_a_page_that_hangs_is_a_failure(site: Site) -> None:
    farm = site.farm
    site.source = {"sitemaps": [farm.url("/sitemap.xml")], "browser": True, "images": True}
    site.top["limits"] = {"browser_timeout": 15}
    ran = site.run()
    assert ran.fates == {"/app": "new", "/hang": "failed"}
    assert ran.errors["/hang"] in {"timeout", "browser"}
    assert [failure.url for failure in failures(site.archive)] == [farm.url("/hang")]
    assert farm.counted("/private/count.js") == 0, "robots.txt holds for what pages load, too"
    assert (farm.counted("/app"), farm.counted("/app.js"), farm.counted("/boat.png")) == (1, 1, 1)
    with Archive(site.archive) as archive:
        entry = archive.newest(farm.url("/app"))
        picture = archive.newest(farm.url("/boat.png"))
        assert entry is not None
        assert picture is not None
        assert archive.show(entry.id).text.splitlines()[0] == SENTENCE.format(0)
        assert archive.rendering_place(entry) is not None
        assert archive.content(picture) == png()
        assert archive.verify(deep=True) == []


def test_a_shell_that_stays_is_shown_again_and_what_changed_in_it_is_a_new_version(site: Site) -> None:
    farm = site.farm
    site.source = {"urls": [farm.url("/app")], "browser": True}
    assert site.run().fates == {"/app": "new"}
    assert site.run().fates == {"/app": "unchanged"}
    more = BUILDER.replace("night ferry", "day ferry").encode()
    farm.special["/app.js"] = lambda *_: Say(200, (("Content-Type", "text/javascript"),), more)
    assert site.run().fates == {"/app": "changed"}
    with Archive(site.archive) as archive:
        assert len(archive.versions(farm.url("/app"))) == 2


def test_a_run_that_is_told_to_stop_in_the_middle_of_a_page_ends_in_time(site: Site) -> None:
    farm = site.farm
    site.source = {"urls": [farm.url("/hang")], "browser": True}
    process = site.command("-q")
    end = monotonic() + 60
    while not farm.counted("/hang"):
        assert monotonic() < end
        sleep(0.05)
    sleep(2)  # for chromium to come up, or not yet: both must end
    told = monotonic()
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=60)
    assert monotonic() - told < 10
    assert (process.returncode, err) == (130, "")
