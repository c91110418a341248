"""The crawl against a farm of 5 hosts and 1,500 pages on loopback: CPU, memory, and what was fetched (`make bench-crawl`).

The farm runs in a process of its own, so its work is not counted. Reading order: store only, then with cleaning.
"""

import argparse
import ctypes
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PR_SET_CHILD_SUBREAPER = 36
KNOWN = 100_000  # addresses, as many as one host may have by default
JOBS = Path(__file__).resolve().parents[1] / "jobs"


@dataclass
class FarmProcess:
    """The farm in its process; every line sent is answered with its counts."""

    process: "subprocess.Popen[str]"

    def ask(self, line: str = "count") -> dict[str, Any]:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return dict(json.loads(self.process.stdout.readline()))


def crawl(config: Path, *words: str, kill_after: int = 0, farm: FarmProcess | None = None) -> dict[str, float]:
    """CPU and wall seconds and peak MB of one run."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    command = [sys.executable, "-m", "cleaner", "crawl", "--json", str(config), *words]
    # As installed: modules are compiled once, also where the shell of a developer keeps them from being written.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    env["CLEANER_STATE"] = str(config.parent / "state")
    # One that is to be killed has no reader, and would stand still when its pipe is full.
    out_to = subprocess.DEVNULL if kill_after else subprocess.PIPE
    process = subprocess.Popen(command, env=env, stdout=out_to, text=True)  # noqa: S603  # our own command
    while kill_after and farm and process.poll() is None and farm.ask()["bodies"] < kill_after:
        time.sleep(0.02)
    if kill_after:
        process.kill()
    out, _ = process.communicate()
    reap()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    end = json.loads(out.splitlines()[-1]) if not kill_after else {}
    figures = {name: end.get(name, 0) for name in ("pages", "new", "changed", "unchanged", "failed")}
    return {"cpu_s": cpu, "wall_s": time.monotonic() - started, "peak_mb": after.ru_maxrss / 1024, **figures}


def adopt_orphans() -> None:
    """From now on processes whose parents end are ours, so that the workers' time is counted (Linux)."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)


def reap() -> None:
    """Waits for what a run left behind, two seconds at most."""
    for _ in range(40):
        with suppress(ChildProcessError):
            os.waitpid(-1, os.WNOHANG)
        time.sleep(0.05)


def spent_s(process: "subprocess.Popen[str]", before: resource.struct_rusage) -> tuple[float, str]:
    """CPU seconds of the process and all that it started, once it has ended, and what it said."""
    out, _ = process.communicate()
    reap()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, out


def cleaning_ms(given: argparse.Namespace) -> float:
    """Milliseconds of CPU a page where a program hands the farm's pages to the workers, and does nothing else."""
    command = [sys.executable, __file__, "--alone", "--hosts", str(given.hosts), "--pages", str(given.pages)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen([*command, *["--news"] * given.news], stdout=subprocess.PIPE, text=True)  # noqa: S603
    cpu_s, making_s = spent_s(process, before)
    return 1000 * (cpu_s - float(making_s)) / (given.hosts * given.pages)


def clean_alone(given: argparse.Namespace) -> None:
    """Prints what this process had spent when its pages were made; then they are cleaned, all workers busy."""
    sys.path.insert(0, str(JOBS))
    from farm import Farm

    from cleaner.jobs.workers import Workers
    from cleaner.model import Page

    farm, kind = Farm(hosts=given.hosts, pages=given.pages, news=given.news), "text/html; charset=utf-8"
    texts = [farm.article(host, number).encode() for host in range(given.hosts) for number in range(given.pages)]
    pages = [Page(content=text, url="http://127.0.0.1/news", content_type=kind, status=200) for text in texts]
    print(time.process_time())
    with Workers() as workers:
        for article in [workers.clean(page) for page in pages]:
            article.result()


def configuration(folder: Path, places: list[str], *, clean: bool) -> Path:
    """A configuration of one source a host, by its sitemap."""
    file = folder / "crawl.toml"
    top = f'archive = "archive"\ndelay = 0\nclean = {str(clean).lower()}\nallow_hosts = {json.dumps(places)}\n'
    file.write_text(top + "".join(f'[[source]]\nsitemaps = ["http://{place}/sitemap.xml"]\n' for place in places))
    return file


def bench(given: argparse.Namespace, folder: Path, *, clean: bool, lastmod: bool = False) -> None:
    """Prints the figures of three runs: everything new, nothing changed, three pages changed."""
    command = [sys.executable, str(JOBS / "farm.py"), "--hosts", str(given.hosts), "--pages", str(given.pages)]
    command += ["--lastmod"] * lastmod + ["--news"] * given.news
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout
        config = configuration(folder, json.loads(process.stdout.readline()), clean=clean)
        farm = FarmProcess(process)
        kind = ("with cleaning" if clean else "store only") + (", lastmod" if lastmod else "")
        if given.kill:
            total = given.hosts * given.pages
            crawl(config, kill_after=total // 3, farm=farm)
            report(f"{kind}: killed at a third, resumed", crawl(config), farm)
        else:
            report(f"{kind}: run 1, all new", crawl(config), farm)
        farm.ask("forget")
        report(f"{kind}: run 2, unchanged", crawl(config), farm)
        farm.ask("forget")
        for number in (1, 2, 3):
            farm.ask(f"change 0 {number}")
        report(f"{kind}: run 3, three changed", crawl(config), farm)
        assert process.stdin
        process.stdin.close()
    if clean:  # last, for this process holds all pages, and the largest is told above
        print(f"cleaning alone, in as many workers: {cleaning_ms(given):.2f} ms of CPU a page")


def bench_known(given: argparse.Namespace, folder: Path) -> None:
    """Prints the figures of three runs that know KNOWN addresses from a file and ask for 100 pages each."""
    sys.path.insert(0, str(JOBS))
    from farm import Farm

    made = Farm(hosts=given.hosts, pages=given.pages)  # only asked where its articles stand
    command = [sys.executable, str(JOBS / "farm.py"), "--hosts", str(given.hosts), "--pages", str(given.pages)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout
        places = json.loads(process.stdout.readline())
        each = KNOWN // len(places)
        (folder / "urls.txt").write_text(
            "".join(f"http://{place}{made.article_path(number)}\n" for place in places for number in range(each))
        )
        config, farm = folder / "crawl.toml", FarmProcess(process)
        top = f'archive = "archive"\ndelay = 0\nallow_hosts = {json.dumps(places)}\n'
        config.write_text(top + '[[source]]\nname = "list"\nevery = "0s"\nurl_file = "urls.txt"\n')
        for name in ("all offered", "the file as it was", "the file as it was"):
            report(f"{KNOWN:,} known: {name}", crawl(config, "--max-pages", "100"), farm)
            farm.ask("forget")
        assert process.stdin
        process.stdin.close()


def report(name: str, ran: dict[str, float], farm: FarmProcess) -> None:
    """Prints one line of figures."""
    seen = farm.ask()
    each = 1000 * ran["cpu_s"] / (ran["pages"] or 1)
    fates = ", ".join(f"{int(ran[fate])} {fate}" for fate in ("new", "changed", "unchanged", "failed"))
    print(
        f"{name:42} {fates}; {seen['requests']} requests, {seen['bodies']} article bodies; "
        f"{ran['cpu_s']:.2f} s CPU ({each:.2f} ms a URL), {ran['wall_s']:.1f} s, {ran['peak_mb']:.0f} MB in the largest process"
    )


def main() -> None:
    """Runs the bench."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hosts", type=int, default=5)
    parser.add_argument("--pages", type=int, default=300, help="of each host")
    parser.add_argument("--kill", action="store_true", help="kill -9 the first run at a third, and resume it")
    parser.add_argument("--only", choices=("store", "lastmod", "clean", "known"), help="one of the kinds of run")
    parser.add_argument(
        "--news", action="store_true", help="pages as large as those of news sites, packed; else of 6 kB"
    )
    parser.add_argument(
        "--alone", action="store_true", help="only clean the farm's pages, and say what was spent before"
    )
    given = parser.parse_args()
    if given.alone:
        clean_alone(given)
        return
    adopt_orphans()
    if given.only == "known":  # by itself alone: the largest process is that of all runs so far
        with tempfile.TemporaryDirectory() as folder:
            bench_known(given, Path(folder))
        return
    for kind, clean, lastmod in (("store", False, False), ("lastmod", False, True), ("clean", True, False)):
        if given.only not in {None, kind}:
            continue
        with tempfile.TemporaryDirectory() as folder:
            bench(given, Path(folder), clean=clean, lastmod=lastmod)


if __name__ == "__main__":
    main()
