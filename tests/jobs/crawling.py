"""Crawls of the farm: in this process with every result at hand, or as the command in a process of its own."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from farm import Farm

from cleaner.archive import warc
from cleaner.jobs.crawl import Crawl, CrawlResult, Report, made_config

PATIENCE_S = 60.0


@dataclass
class Ran:
    """One run: its results and figures."""

    results: list[CrawlResult]
    report: Report
    known: int

    @property
    def fates(self) -> dict[str, str]:
        """Path → what became of it, pages only."""
        return {"/" + one.url.split("/", 3)[3]: str(one.fate) for one in self.results if not one.document}

    @property
    def errors(self) -> dict[str, str]:
        """Path → the code of its error."""
        return {"/" + one.url.split("/", 3)[3]: one.error.code for one in self.results if one.error}


@dataclass
class Site:
    """A farm and the configuration that crawls it; every setting may be changed between two runs."""

    farm: Farm
    folder: Path
    source: dict[str, Any] = field(default_factory=dict)
    top: dict[str, Any] = field(default_factory=dict)

    def table(self) -> dict[str, Any]:
        farm = self.farm
        source = self.source or {"sitemaps": [farm.url("/sitemap.xml")]}
        allowed = [farm.place(host) for host in range(farm.hosts)]
        base = {"archive": "archive", "delay": 0, "clean": False, "fsync": False, "allow_hosts": allowed}
        limits = {"workers": 1, **self.top.get("limits", {})}
        return {**base, "source": [source], **self.top, "limits": limits}

    def crawl(self, **options: Any) -> Crawl:
        return Crawl(made_config(self.table(), self.folder / "crawl.toml"), **options)

    def run(self, **options: Any) -> Ran:
        async def go() -> Ran:
            async with asyncio.timeout(PATIENCE_S), self.crawl(**options) as crawl:
                results = [result async for result in crawl]
            return Ran(results, crawl.report, crawl.known)

        return asyncio.run(go())

    @property
    def archive(self) -> Path:
        return self.folder / "archive"

    def write(self) -> Path:
        """The configuration as a file."""
        file = self.folder / f"{self.top.get('name', 'crawl')}.toml"
        file.write_text(_toml(self.table()))
        return file

    def command(self, *words: str) -> "subprocess.Popen[str]":
        """The command in a process of its own."""
        command = [sys.executable, "-m", "cleaner", "crawl", str(self.write()), *words]
        env = {**os.environ, "CLEANER_STATE": str(self.folder / "state")}
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env)  # noqa: S603  # our own command


def records(site: Site) -> list[tuple[str, str, str, str]]:
    """Kind, path, status and what is referred to, of every record of an answer, in the order of the files."""
    found = []
    for path in sorted(site.archive.glob("originals/*/*/*.warc.gz")):
        for stored in warc.read(path):
            if stored.kind in {"response", "revisit"}:
                url = stored.fields["warc-target-uri"]
                profile = stored.fields.get("warc-profile", "").rpartition("/")[2]
                found.append(
                    (stored.kind, "/" + url.split("/", 3)[3], stored.block.split(b" ", 2)[1].decode(), profile)
                )
    return found


def until(fact: Callable[[], bool]) -> None:
    """Nothing, as soon as it is so."""
    end = time.monotonic() + PATIENCE_S
    while not fact():
        assert time.monotonic() < end
        time.sleep(0.01)


def _toml(table: dict[str, Any]) -> str:
    plain = {name: value for name, value in table.items() if name not in {"source", "limits", "revisit"}}
    parts = [f"{name} = {json.dumps(value)}" for name, value in plain.items()]
    for name in ("limits", "revisit"):
        rows = [f"{key} = {json.dumps(value)}" for key, value in table.get(name, {}).items()]
        parts += [f"[{name}]", *rows]
    for source in table["source"]:
        parts += ["[[source]]", *(f"{key} = {json.dumps(value)}" for key, value in source.items())]
    return "\n".join(parts) + "\n"
