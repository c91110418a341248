"""Articles over several pages in a crawl: gathered as politely as pages are, kept each, joined, and asked for once."""

import json
import signal
import sqlite3
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from crawling import PATIENCE_S, Site, until
from farm import Answer, Farm, Hang, Say, page

from cleaner.archive import Archive, Entry, Filter
from cleaner.fetch.parts import MAX_PARTS
from cleaner.jobs.crawl import failures

SITE_FILE = 'host = "127.0.0.1"\nnext_page_link = ["a.next"]\nsingle_page_link = ["a.whole"]\n'


def text(number: int, edition: int = 0) -> str:
    return " ".join(
        f"On page {number} of edition {edition} the boat of captain {number}{n} left the quay and came back with lamps."
        for n in range(4)
    )


def part(number: int, onward: str = "", *, kind: str = "next", edition: int = 0) -> Say:
    told = "".join(f"<p>{text(number + more, edition)}</p>" for more in (0, 100, 200))
    link = f'<p><a class="{kind}" href="{onward}">Read on</a></p>' if onward else ""
    return page(f"<html lang=en><title>Boats</title><body><article><h1>Boats</h1>{told}{link}</article></body></html>")


def always(said: Say) -> Answer:
    return lambda *_: said


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("CLEANER_STATE", str(tmp_path / "state"))
    with Farm(hosts=2, pages=0, extra=["/1"]) as farm:
        yield Site(farm, tmp_path, top={"clean": True, "limits": {"timeout": 5}})


@pytest.fixture(autouse=True)
def taught(site: Site) -> None:
    Archive(site.archive).close()
    (site.archive / "sites").mkdir(exist_ok=True)
    (site.archive / "sites" / "127.0.0.1.toml").write_text(SITE_FILE)


def tell(site: Site, pages: dict[str, Say]) -> None:
    site.farm.special.update({path: always(said) for path, said in pages.items()})


def three(site: Site, edition: int = 0, back: str = "") -> None:
    tell(site, {"/1": part(1, "/2"), "/2": part(2, "3"), "/3": part(3, back, edition=edition)})


def asked(site: Site) -> list[str]:
    return [one.path for one in site.farm.asked if not one.path.endswith((".txt", ".xml"))]


def entries(site: Site) -> dict[str, Entry]:
    with Archive(site.archive) as archive:
        return {"/" + entry.url.split("/", 3)[3]: entry for entry in archive.ls(oldest_first=True)}


def shown(site: Site, path: str = "/1") -> str:
    with Archive(site.archive) as archive:
        return archive.show(site.farm.url(path)).text


def states(site: Site) -> dict[str, tuple[int, str | None]]:
    """State and the path it belongs to, by path."""
    with sqlite3.connect(site.archive / "crawl" / "crawl.sqlite") as db:
        rows = db.execute("SELECT url, state, target FROM pages").fetchall()
    return {
        "/" + url.split("/", 3)[3]: (state, target and "/" + target.split("/", 3)[3]) for url, state, target in rows
    }


@pytest.mark.parametrize(
    ("listed", "back"), [(["/1"], "/1"), (["/1", "/2", "/3"], "/1"), (["/1", "/2", "/3"], ""), (["/3", "/2", "/1"], "")]
)
def test_parts_are_kept_each_joined_under_the_first_page_and_never_asked_for_by_themselves(
    site: Site, listed: list[str], back: str
) -> None:
    three(site, back=back)
    site.farm.extra = listed
    site.top["limits"]["per_host"] = 1
    ran = site.run()
    assert ran.fates["/1"] == "new"
    (kept,) = [one.kept for one in ran.results if one.url.endswith("/1")]
    assert kept is not None
    assert (kept.parts, kept.missed) == (2, None)
    places = [shown(site).index(text(number)) for number in (1, 101, 201, 2, 102, 3, 203)]
    assert places == sorted(places)
    found = entries(site)
    assert [(found[path].part_of, found[path].part) for path in ("/1", "/2", "/3")] == [
        (None, None),
        (kept.id, 2),
        (kept.id, 3),
    ]
    assert states(site)["/2"] == states(site)["/3"] == (2, "/1")
    if listed[0] == "/1":
        assert asked(site) == ["/1", "/2", "/3"]
    site.farm.asked.clear()
    assert site.run().fates == {"/1": "unchanged"}
    assert asked(site) == ["/1"]
    with Archive(site.archive) as archive:
        assert archive.verify(deep=True) == []
        assert next(archive.ls(Filter())).id == kept.id


def test_two_parts_asked_for_at_the_same_time_end_as_one_article(site: Site) -> None:
    three(site)
    site.farm.extra = ["/1", "/2", "/3"]
    site.top["limits"]["per_host"] = 3
    site.run()
    assert states(site) == {"/1": (0, None), "/2": (2, "/1"), "/3": (2, "/1")}
    assert text(3) in shown(site)
    site.farm.asked.clear()
    site.run()
    assert asked(site) == ["/1"]


@pytest.mark.parametrize("concurrency", [1, 2])
def test_few_places_among_the_requests_are_enough_for_many_articles_in_parts(site: Site, concurrency: int) -> None:
    for number in range(10, 40, 10):
        first, second = f"/{number}", f"/{number + 1}"
        tell(site, {first: part(number, second), second: part(number + 1)})
    site.farm.extra = ["/10", "/20", "/30"]
    site.top["limits"] |= {"concurrency": concurrency, "per_host": 2}
    assert set(site.run().fates.values()) == {"new"}
    assert [text(number + 1) in shown(site, f"/{number}") for number in (10, 20, 30)] == [True] * 3


def test_a_change_in_a_later_part_is_found_when_the_first_page_changes(site: Site) -> None:
    three(site)
    site.run()
    three(site, edition=1)
    assert site.run().fates == {"/1": "unchanged"}
    tell(site, {"/1": part(1, "/2", edition=1)})
    assert site.run().fates == {"/1": "changed"}
    assert text(3, 1) in shown(site)


def test_a_missing_part_is_told_of_and_asked_for_again_after_a_while(site: Site) -> None:
    tell(site, {"/1": part(1, "/2"), "/2": part(2, "/3")})
    ran = site.run()
    (result,) = [one for one in ran.results if not one.document]
    assert result.kept
    assert result.fate == "new"
    assert "404" in str(result.kept.missed)
    assert "404" in result.row()["missed"]
    assert text(2) in shown(site)
    assert entries(site)["/3"].status == 404
    (failure,) = failures(site.archive)
    assert (failure.url, failure.error, failure.failures) == (site.farm.url("/1"), "http-status", 1)
    assert "a further page of the article is missing" in failure.message
    assert site.run().fates == {}, "it is left alone for an hour, as any address that failed"
    tell(site, {"/3": part(3)})
    later(site)
    assert site.run().fates == {"/1": "changed"}
    assert text(3) in shown(site)
    assert failures(site.archive) == []


def later(site: Site) -> None:
    """Nothing; every page is due."""
    with sqlite3.connect(site.archive / "crawl" / "crawl.sqlite") as db:
        db.execute("UPDATE pages SET due = 0")


def test_a_part_that_robots_forbids_is_not_asked_for(site: Site) -> None:
    tell(site, {"/1": part(1, "/private/2"), "/private/2": part(2)})
    ran = site.run()
    (result,) = [one for one in ran.results if not one.document]
    assert result.kept
    assert result.kept.missed
    assert result.kept.missed.code == "robots"
    assert site.farm.counted("/private/2") == 0
    assert text(1) in shown(site)
    assert site.run().fates == {"/1": "unchanged"}, "what is forbidden will not be had by asking for the rest again"


def test_a_part_that_the_source_leaves_out_is_not_asked_for(site: Site) -> None:
    three(site)
    site.source = {"sitemaps": [site.farm.url("/sitemap.xml")], "exclude": ["/3"]}
    (result,) = [one for one in site.run().results if not one.document]
    assert result.kept
    assert result.kept.missed
    assert (result.kept.parts, result.kept.missed.code) == (1, "excluded")
    assert asked(site) == ["/1", "/2"]


def test_a_chain_without_end_is_cut_and_its_pages_stay_pages(site: Site) -> None:
    tell(site, {f"/{number}": part(number, f"/{number + 1}") for number in range(1, 60)})
    (result,) = [one for one in site.run().results if not one.document]
    assert result.kept
    assert (result.kept.parts, len(asked(site))) == (MAX_PARTS, MAX_PARTS + 1)
    assert "further pages" in str(result.kept.missed)
    site.farm.extra = ["/1", "/5"]
    assert site.run().fates["/5"] == "new"


@pytest.mark.parametrize("link", ["http://localhost:{port}/2", "/away"])
def test_parts_on_another_host_are_not_followed(site: Site, link: str) -> None:
    port = site.farm.ports[1]
    site.top["allow_hosts"] = [site.farm.place(), f"localhost:{port}"]
    elsewhere = Say(302, (("Location", f"http://localhost:{port}/2"),))
    tell(site, {"/1": part(1, link.format(port=port)), "/2": part(2), "/away": elsewhere})
    site.run()
    assert text(2) not in shown(site)
    if link != "/away":
        assert asked(site) == ["/1"]


def test_an_article_in_parts_is_one_page_of_the_limit(site: Site) -> None:
    three(site)
    site.farm.extra = ["/1", "/9"]
    assert site.run(max_pages=1).fates == {"/1": "new"}
    assert text(3) in shown(site)


def test_parts_of_more_bytes_than_one_page_may_have_end_there(site: Site) -> None:
    three(site)
    site.top["limits"]["max_bytes"] = len(part(1, "/2").body) + 10
    (result,) = [one for one in site.run().results if not one.document]
    assert result.kept
    assert result.kept.missed
    assert (result.kept.parts, result.kept.missed.code) == (1, "limit")


def test_the_hosts_delay_holds_between_parts(site: Site) -> None:
    three(site)
    site.top["delay"] = 0.2
    site.run()
    moments = [one.at for one in site.farm.asked if one.path in {"/1", "/2", "/3"}]
    assert min(later - earlier for earlier, later in pairwise(moments)) > 0.15


def test_the_whole_article_on_one_page_is_its_one_part(site: Site) -> None:
    whole = part(1, "/2", kind="next").body.replace(b"</article>", b'<a class=whole href="/all">All</a></article>')
    tell(site, {"/1": page(whole.decode()), "/2": part(2), "/all": part(7)})
    site.run()
    assert asked(site) == ["/1", "/all"]
    assert states(site)["/all"] == (2, "/1")


def test_after_kill_9_between_parts_the_same_command_has_the_whole_article(site: Site) -> None:
    def hang_once(_farm: Farm, _host: int, _path: str, count: int) -> Say:
        if count == 1:
            raise Hang
        return part(3)

    three(site)
    site.farm.special["/3"] = hang_once
    site.farm.extra = ["/1", "/2", "/3"]
    site.top["limits"]["per_host"] = 1
    first = site.command("-q")
    until(lambda: site.farm.counted("/3") == 1)
    first.send_signal(signal.SIGKILL)
    first.communicate(timeout=PATIENCE_S)
    second = site.command("--json")
    out, err = second.communicate(timeout=PATIENCE_S)
    assert (second.returncode, err) == (0, "")
    (row,) = [row for line in out.splitlines() if (row := json.loads(line))["event"] == "page"]
    assert (row["fate"], row["parts"]) == ("new", 2)
    assert states(site) == {"/1": (0, None), "/2": (2, "/1"), "/3": (2, "/1")}
    assert asked(site) == ["/1", "/2", "/3"] * 2


def test_what_was_kept_before_a_kill_but_not_settled_keeps_its_parts(site: Site) -> None:
    three(site)
    site.farm.extra = ["/1", "/2", "/3"]
    site.top["limits"]["per_host"] = 1
    site.run()
    site.farm.asked.clear()
    with sqlite3.connect(site.archive / "crawl" / "crawl.sqlite") as db:
        db.execute(
            "UPDATE pages SET state = 1, target = NULL, leased_at = visited_at - 1, visited_at = NULL WHERE id = 1"
        )
        db.execute("UPDATE pages SET state = 0, target = NULL, due = 0 WHERE id > 1")
    site.run()
    assert states(site) == {"/1": (0, None), "/2": (2, "/1"), "/3": (2, "/1")}
    assert "/2" not in asked(site)
    assert len(entries(site)) == 3


def test_what_is_no_part_any_more_is_a_page_again_when_the_first_page_changes(site: Site) -> None:
    three(site)
    site.run()
    tell(site, {"/1": part(1, "/2", edition=1), "/2": part(2)})
    assert site.run().fates == {"/1": "changed", "/3": "new"}
    assert states(site) == {"/1": (0, None), "/2": (2, "/1"), "/3": (0, None)}


def test_parts_are_pages_again_when_the_rule_that_joined_them_is_gone(site: Site) -> None:
    three(site)
    site.run()
    (site.archive / "sites" / "127.0.0.1.toml").unlink()
    assert site.run().fates == {"/1": "unchanged", "/2": "new", "/3": "new"}
    assert text(2) in shown(site, "/2")


def test_another_address_of_a_page_is_not_set_free_with_its_parts(site: Site) -> None:
    three(site)
    site.run()
    with sqlite3.connect(site.archive / "crawl" / "crawl.sqlite") as db:
        row = (site.farm.url("/one"), site.farm.place(), site.farm.url("/1"))
        db.execute(
            "INSERT INTO pages (url, host, source, fold, depth, state, target) VALUES (?, ?, 'x', 'x', 1, 2, ?)", row
        )
    tell(site, {"/1": part(1, edition=1), "/2": part(2)})
    site.run()
    assert states(site)["/one"] == (2, "/1")
    assert states(site)["/2"] == states(site)["/3"] == (0, None)
