"""How a crawl cleans: with what the archive's sites are taught, with a source's own policy, and with what it learned before."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from crawling import Site
from farm import Farm, Say, page

from cleaner.archive import Archive
from cleaner.cli import run as run_cleaner
from cleaner.errors import UsageError
from cleaner.jobs.crawl import made_config, storing
from cleaner.jobs.reclean import reclean

PROSE = (
    "The night ferry to Hollin Head will run through the winter, the harbour board decided on Tuesday after long talks."
)
PATIENCE_S = 20.0
BOX = "Become one of our subscribers and support the harbour"


def story(_farm: Farm, _host: int, path: str, _count: int) -> Say:
    body = "".join(f"<p>{PROSE} Day {path}, part {part}, and the wind stood well.</p>" for part in range(4))
    box = f'<p class="note">{BOX}</p>'
    return page(f"<html><body><article><h1>Ferry {path}</h1>{body}{box}{body}</article></body></html>")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("CLEANER_STATE", str(tmp_path / "state"))
    paths = [f"/story/{number}" for number in range(9)]
    with Farm(pages=0, extra=paths[:6], special=dict.fromkeys(paths, story)) as farm:
        yield Site(farm, tmp_path, top={"clean": True})


def texts(site: Site) -> dict[str, str]:
    with Archive(site.archive) as archive:
        return {"/" + entry.url.split("/", 3)[3]: archive.show(entry.id).text for entry in archive.ls()}


def test_what_a_crawl_learned_counts_from_its_next_run_on(site: Site) -> None:
    site.top["learn"] = True
    site.run()
    assert [BOX in text for text in texts(site).values()] == [True] * 6
    site.farm.extra = [f"/story/{number}" for number in range(9)]
    site.run()
    late = {path: BOX in text for path, text in texts(site).items() if path >= "/story/6"}
    assert late == {"/story/6": False, "/story/7": False, "/story/8": False}
    with Archive(site.archive) as archive:
        done = list(reclean(archive, learned=True))
        assert sorted(one.what for one in done if "/story/" in one.entry.url)[:6] == ["changed"] * 6
        assert list(reclean(archive, learned=True)) == [], "nothing that it cleans by has changed since"


def test_nothing_is_learned_unless_asked_for(site: Site) -> None:
    site.run()
    site.farm.extra = [f"/story/{number}" for number in range(9)]
    site.run()
    assert [BOX in text for text in texts(site).values()] == [True] * 9


def test_the_archive_s_site_files_hold_for_crawl_and_reclean(site: Site) -> None:
    site.run()
    sites = site.archive / "sites"
    sites.mkdir()
    (sites / "127.0.0.1.toml").write_text('host = "127.0.0.1"\ndrop = [".note"]\n')
    site.farm.extra = ["/story/6"]
    site.run()
    assert BOX not in texts(site)["/story/6"]
    assert run_cleaner(["archive", "reclean", "-q", "-a", str(site.archive)]) == 0
    assert [BOX in text for text in texts(site).values()] == [False] * 7


def test_a_source_begins_with_the_policy_that_it_names(site: Site, tmp_path: Path) -> None:
    (tmp_path / "terse.toml").write_text('drop = [".note"]\n')
    site.source = {"urls": [site.farm.url("/story/1")], "policy": "terse.toml"}
    site.run()
    assert [BOX in text for text in texts(site).values()] == [False]


def test_a_policy_that_is_none_is_refused_with_what_there_is(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    folder = tmp_path / "config" / "article-cleaner" / "policies"
    folder.mkdir(parents=True)
    (folder / "terse.toml").write_text('off = ["related/opening"]\nshown = ["paragraph"]\n')
    (tmp_path / "bad.toml").write_text("dropp = []\n")
    for named, told in (("brief", "there are: default, terse"), ("bad.toml", "it may hold: shown")):
        site.source = {"urls": [site.farm.url("/story/1")], "policy": named}
        with pytest.raises(UsageError) as caught:
            site.crawl()
        assert told in (caught.value.hint or "")
    table = site.table() | {"source": [{"urls": [site.farm.url("/story/1")], "policy": "terse", "off": ["ads/label"]}]}
    (source,) = made_config(table, tmp_path / "crawl.toml").source
    policy = source.cleaning(1000, site.archive)
    assert (policy.off, len(policy.shown)) == ({"related/opening", "ads/label"}, 1)


def test_pages_that_are_cleaned_at_the_same_time_are_kept_together(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storing, "LINGER_S", PATIENCE_S)
    lots: list[int] = []
    written = storing._written

    def counted(archive: Archive, beside: Any, options: Any, lot: Any) -> list[Any]:
        lots.append(len(lot))
        return written(archive, beside, options, lot)

    monkeypatch.setattr(storing, "_written", counted)
    site.top["limits"] = {"per_host": 8, "concurrency": 8, "workers": 2}
    site.run()
    assert 6 == len(texts(site))
    assert max(lots) >= 6, "all went to the workers before the first was ready"
