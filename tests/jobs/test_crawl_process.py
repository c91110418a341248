"""The command as cron runs it: killed, told to end, run twice at once; and what it prints."""

import asyncio
import itertools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from crawling import PATIENCE_S, Site, until
from farm import Farm, Hang, Say

from cleaner.archive import Archive
from cleaner.jobs.crawl.state import RunLock

IN_FLIGHT = 4


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with Farm(pages=60) as farm:
        limits = {"concurrency": IN_FLIGHT, "per_host": IN_FLIGHT}
        yield Site(farm, tmp_path, top={"limits": limits, "delay": 0.02})


def code(process: "subprocess.Popen[str]") -> int:
    process.communicate(timeout=PATIENCE_S)
    return process.returncode


def test_after_kill_9_the_same_command_loses_nothing_and_keeps_nothing_twice(site: Site) -> None:
    first = site.command("-q")
    until(lambda: len(site.farm.article_bodies()) >= 20)
    first.kill()
    first.communicate(timeout=PATIENCE_S)
    second = site.command("-q")
    out, err = second.communicate(timeout=PATIENCE_S)
    assert (second.returncode, out, err) == (0, "", "")
    fetched = site.farm.article_bodies()
    assert len(set(fetched)) == 60
    assert len(fetched) - 60 <= IN_FLIGHT
    with Archive(site.archive) as archive:
        urls = [entry.url for entry in archive.ls()]
        assert archive.verify() == []
    assert len(urls) == len(set(urls)) == 60


def test_sigterm_ends_the_run_in_time_and_the_next_one_goes_on(site: Site) -> None:
    def hang(*_: object) -> Say:
        raise Hang

    site.farm.extra = ["/hang"]
    site.farm.special["/hang"] = hang
    first = site.command()
    until(lambda: site.farm.counted("/hang") > 0 or len(site.farm.article_bodies()) > 20)
    told = time.monotonic()
    first.send_signal(signal.SIGTERM)
    out, err = first.communicate(timeout=PATIENCE_S)
    assert time.monotonic() - told < 10
    assert (first.returncode, err) == (130, "")
    assert out.startswith("stopped: ")
    with Archive(site.archive) as archive:
        assert archive.verify() == []


def test_a_second_run_at_the_same_time_leaves_with_75_or_waits(site: Site) -> None:
    def hang_once(_farm: Farm, _host: int, _path: str, count: int) -> Say:
        if count == 1:
            raise Hang
        return Say(404)

    site.farm.pages, site.farm.extra = 0, ["/hang"]
    site.farm.special["/hang"] = hang_once
    site.top["limits"]["timeout"] = 60
    first = site.command("-q")
    until(lambda: site.farm.counted("/hang") == 1)
    second = site.command("--json")
    _, err = second.communicate(timeout=PATIENCE_S)
    assert second.returncode == 75
    assert json.loads(err)["error"] == "running"
    third = site.command("-q", "--if-running", "wait")
    first.send_signal(signal.SIGTERM)
    assert code(first) == 130
    assert code(third) in {0, 1}
    assert site.farm.counted("/hang") == 2


def test_json_events_stand_one_a_line_and_the_last_has_the_figures(site: Site, tmp_path: Path) -> None:
    metrics = tmp_path / "crawl.prom"
    ran = site.command("--json", "--max-pages", "5", "--metrics", str(metrics))
    out, err = ran.communicate(timeout=PATIENCE_S)
    rows = [json.loads(line) for line in out.splitlines()]
    assert (ran.returncode, err) == (0, "")
    assert [row["event"] for row in rows].count("page") == 5
    assert rows[-1]["event"] == "end"
    assert rows[-1]["new"] == 5
    text = metrics.read_text()
    assert 'cleaner_crawl_pages{crawl="crawl",source="127.0.0.1",fate="new"} 5' in text
    assert all(line.startswith(("#", "cleaner_crawl_")) for line in text.splitlines())


def test_metrics_are_written_by_every_run_that_ran_and_by_no_other(site: Site, tmp_path: Path) -> None:
    metrics, none = tmp_path / "crawl.prom", tmp_path / "none.txt"
    none.touch()
    site.source = {"url_file": str(none)}
    ran = site.command("--metrics", str(metrics))
    assert code(ran) == 0
    assert 'cleaner_crawl_known_urls{crawl="crawl"} 0' in metrics.read_text()
    metrics.unlink()
    lock = RunLock(site.archive, "crawl")
    asyncio.run(lock.take("skip", asyncio.sleep))
    assert code(site.command("--metrics", str(metrics))) == 75
    lock.release()
    assert not metrics.exists()


def test_a_dry_run_says_what_and_why_and_keeps_nothing(site: Site) -> None:
    ran = site.command("--dry-run")
    out, _ = ran.communicate(timeout=PATIENCE_S)
    assert ran.returncode == 0
    assert len([line for line in out.splitlines() if line.startswith("new ")]) == 60
    assert site.farm.article_bodies() == []
    assert not site.archive.exists()


def test_two_crawls_of_one_host_share_its_delay(site: Site) -> None:
    site.top["delay"] = 0.15
    site.farm.pages = 8
    site.top["name"], site.top["archive"] = "one", "one"
    first = site.command("-q")
    site.top["name"], site.top["archive"] = "two", "two"
    second = site.command("-q")
    assert code(first) == code(second) == 0
    moments = sorted(one.at for one in site.farm.asked if one.path.startswith("/news/"))
    gaps = [later - earlier for earlier, later in itertools.pairwise(moments)]
    assert len(moments) == 16
    assert sorted(gaps)[2] > 0.1, "two or three may be late and so close to the next; the rest keep their distance"


def test_a_full_or_forbidden_archive_ends_the_run_with_its_code(site: Site, tmp_path: Path) -> None:
    (tmp_path / "archive").write_text("a file is in the way")
    ran = site.command("-q")
    _, err = ran.communicate(timeout=PATIENCE_S)
    assert ran.returncode in {2, 7}
    assert "archive" in err
    assert os.path.isfile(tmp_path / "archive")  # noqa: PTH113


def test_what_failed_is_listed_with_its_reason(site: Site, tmp_path: Path) -> None:
    site.farm.pages, site.farm.extra = 1, ["/gone"]
    assert code(site.command("-q")) == 0
    command = [sys.executable, "-m", "cleaner", "archive", "ls", "--failed", "--json", "-a", str(tmp_path / "archive")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=True)  # noqa: S603  # ours
    (row,) = map(json.loads, done.stdout.splitlines())
    assert (row["url"], row["status"], row["error"]) == (site.farm.url("/gone"), 404, "http-status")


def holds(pid: int, name: str) -> bool:
    """Whether the process has a file of that name open."""
    for link in Path(f"/proc/{pid}/fd").glob("*"):
        with suppress(OSError):
            if link.readlink().name == name:
                return True
    return False


def test_a_run_that_waits_for_another_can_be_told_to_stop(site: Site) -> None:
    def hang(*_: object) -> Say:
        raise Hang

    site.farm.pages, site.farm.extra = 0, ["/hang"]
    site.farm.special["/hang"] = hang
    site.top["limits"]["timeout"] = 60
    first = site.command("-q")
    until(lambda: site.farm.counted("/hang") == 1)
    second = site.command("--if-running", "wait")
    until(lambda: holds(second.pid, "crawl.lock"))
    second.send_signal(signal.SIGTERM)
    out, err = second.communicate(timeout=PATIENCE_S)
    first.send_signal(signal.SIGTERM)
    assert code(first) == 130
    assert (second.returncode, out, err) == (
        130,
        "stopped: 0 pages, 0 new, 0 changed, 0 unchanged, 0 bytes, 0.0 s\n",
        "",
    )
