"""Keeping a page: its records, its article's records, its text file and its rows, in the order that no crash can harm."""

import hashlib
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeAlias

from cleaner.archive import entries, layout, names, recovery, warc
from cleaner.archive.catalogue import Catalogue, Row
from cleaner.archive.disk import on_disk
from cleaner.archive.entries import PageRecord
from cleaner.archive.records import (
    NOT_MODIFIED,
    Capture,
    Exchanged,
    Known,
    article_records,
    capture_records,
    exchange_records,
    rendering_record,
    storable,
)
from cleaner.archive.schema import CaptureRow, Entry, PayloadRow, RenderingRow, Version
from cleaner.archive.writer import Place, WarcWriter
from cleaner.article import Article
from cleaner.errors import CleanerError
from cleaner.fetch import FetchOptions
from cleaner.model import Exchange, Page, Rendering
from cleaner.policy import Policy, settled
from cleaner.text import words

__all__ = ["About", "Keeper", "Kept", "about", "about_cleaned", "about_fetched", "text_digest"]

About: TypeAlias = tuple[tuple[str, str], ...]
SOFTWARE = "article-cleaner"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One page that is now in the archive, on the disk and in the catalogue.

    `article.reason` says why a kept page gave no article. `version` is the id of the clean text, None without one;
    `changed` is True where that text is new. Files are named below the archive; `text_file` is None where there is
    no article or text files are switched off. `revisit` is True where the body was kept before and only referred to.
    `parts` counts further pages of the article that were fetched and kept with it; `missed` says why the rest was not.
    """

    id: str
    url: str
    article: Article
    version: str | None
    changed: bool
    revisit: bool
    original_file: str
    original_offset: int
    article_file: str
    article_offset: int
    text_file: str | None
    parts: int = 0
    missed: CleanerError | None = None


class Keeper:
    """The writing side of one open archive; several threads may keep pages, one after the other."""

    def __init__(self, root: Path, catalogue: Catalogue, settings: layout.Settings) -> None:
        self._root, self._catalogue, self._settings = root, catalogue, settings
        self._lock = threading.RLock()
        self._originals = WarcWriter(root, layout.ORIGINALS, "cleaner", settings)
        self._articles = WarcWriter(root, layout.ARTICLES, "articles", settings)
        # Exchanges that are no pages stand in files of their own: who reads the others finds pages alone.
        self._visits = WarcWriter(root, layout.ORIGINALS, layout.VISITS, settings)
        self._writers = (self._originals, self._articles, self._visits)
        self._known = Known(payload=catalogue.payload, page=catalogue.page)
        self._lot: list[WarcWriter] | None = None  # who wrote in the lot under way, once an append
        self._texts: list[Path] = []  # text files of that lot

    @contextmanager
    def lot(self) -> Iterator[None]:
        """What the body keeps is on the disk and in the catalogue when it ends, with one wait for the disk and one commit.

        Where it raises, nothing of the body counts as kept. Within another lot it is a piece of that, which goes on without it.
        """
        with self._lock:
            if self._lot is not None:
                with self._piece(self._lot):
                    yield
                return
            self._lot, self._texts = [], []
            try:
                with self._catalogue.transaction(), ExitStack() as lots:
                    for writer in self._writers:
                        lots.enter_context(writer.lot())
                    yield
                for writer in self._lot:
                    writer.known()
            finally:
                self._lot = None

    @contextmanager
    def _piece(self, lot: list[WarcWriter]) -> Iterator[None]:
        written, texts, marks = len(lot), len(self._texts), [writer.mark() for writer in self._writers]
        try:
            with self._catalogue.transaction():
                yield
        except BaseException:
            for writer, mark in zip(self._writers, marks, strict=True):
                writer.back_to(mark)
            with suppress(OSError):  # a text file too many does no harm
                for path in self._texts[texts:]:
                    path.unlink(missing_ok=True)
            del lot[written:], self._texts[texts:]
            raise

    def close(self) -> None:
        """Nothing; every file written has its final name."""
        with self._lock:
            with ExitStack() as ends:
                for writer in self._writers:
                    ends.callback(writer.close)
            if any(writer.has_left for writer in self._writers):
                with layout.only_one(self._root):
                    recovery.recover(self._root, self._catalogue, fsync=self._settings.fsync)
                for writer in self._writers:
                    writer.has_left = False

    def hold(self, page: Page, told: About) -> CaptureRow:
        """The page without an article, kept: its original is on the disk and in the catalogue."""
        with self._lock:
            row, rows = self._store(page, told)
            self._commit(rows, *self._once_a_part(page))
            return row

    def keep_exchanges(self, exchanges: Sequence[Exchange], told: About) -> None:
        """Nothing; the exchanges stand in their file, all in one piece. They are no captures and are not listed."""
        with self._lock:
            made = exchange_records(exchanges, self._known)
            places = self._visits.append(made.records, told)
            self._commit(list(_payload_rows(made, places)), self._visits)

    def keep(self, page: Page, article: Article, told: About) -> Kept:
        """The page with its article, kept: original, article and text file first, then one commit for all."""
        with self._lock:
            row, rows = self._store(page, told)
            cleaned = _Cleaned(article)
            facts = {**self._newest(row, cleaned, told), "rendering": page.rendering}
            more, kept = self._store_article(row, cleaned, facts, told)
            self._commit([*rows, *more], *self._once_a_part(page), self._articles)
            return kept

    def keep_held(self, row: CaptureRow, article: Article, told: About, rendering: Rendering | None = None) -> Kept:
        """The page that `hold` kept, now with its article, and with what a browser made of it where one did."""
        with self._lock:
            cleaned = _Cleaned(article)
            facts = {**self._newest(row, cleaned, told), "rendering": rendering}
            return self._keep_article(row, cleaned, facts, told)

    def keep_again(self, entry: Entry, article: Article, told: About) -> Kept:
        """The capture with a new article in place of the one it had; its original stays as it is."""
        row = CaptureRow(**{part.name: getattr(entry, part.name) for part in fields(CaptureRow)})
        cleaned = _Cleaned(article)
        with self._lock:
            known = self._catalogue.version_of(row.key, cleaned.digest) if cleaned.digest else None
            facts = {**_facts(row, cleaned, told), **self._version(row, cleaned, known)}
            return self._keep_article(row, cleaned, facts, told)

    def _keep_article(self, row: CaptureRow, cleaned: "_Cleaned", facts: dict[str, Any], told: About) -> Kept:
        rows, kept = self._store_article(row, cleaned, facts, told)
        self._commit(rows, self._articles)
        return kept

    def _once_a_part(self, page: Page) -> list[WarcWriter]:
        return [self._originals] * (1 + len(page.parts))

    def _commit(self, rows: Sequence[Row], *written: WarcWriter) -> None:
        """Nothing; the catalogue has what these writers wrote last, or has it when the lot ends."""
        if self._lot is not None:
            self._catalogue.put(rows)
            self._lot += written
            return
        with self._catalogue.transaction():
            self._catalogue.put(rows)
        for writer in written:
            writer.known()

    def _store(self, page: Page, told: About) -> tuple[CaptureRow, list[Row]]:
        """The capture that now stands in its file, and all rows of it and of its further pages, which are to be committed."""
        row, rows = self._store_one(page, told, {})
        for number, part in enumerate(page.parts, 2):
            rows += self._store_one(part, told, {"part-of": row.id, "part": str(number)})[1]
        return row, rows

    def _store_one(self, page: Page, told: About, more: Mapping[str, str]) -> tuple[CaptureRow, list[Row]]:
        capture = capture_records(page, page.fetched_at or datetime.now(UTC), self._known, more)
        places = self._originals.append(capture.records, told)
        row = _row(capture, places[capture.main])
        return row, [row, *_payload_rows(capture, places)]

    def _newest(self, row: CaptureRow, cleaned: "_Cleaned", told: About) -> dict[str, Any]:
        """What is told of a page just fetched; a 304 about a page that is kept has that page's newest text."""
        known = self._catalogue.latest_version(row.key)
        facts = _unchanged(cleaned, known, self._catalogue) if _is_not_modified(row) else None
        return {**_facts(row, cleaned, told), **(facts or self._version(row, cleaned, known))}

    def _version(self, row: CaptureRow, cleaned: "_Cleaned", known: Version | None) -> dict[str, Any]:
        """What is told of the version: the known one where the text is the same, else a new one."""
        digest = cleaned.digest
        if digest is None:
            return {"version": None, "changed": False, "text_digest": None, "text_file": None}
        if known and known.text_digest == digest:
            return {"version": known.id, "changed": False, "text_digest": digest, "text_file": known.text_file}
        version_id = names.capture_id(record_id := warc.new_id())
        return {
            "version": version_id,
            "changed": True,
            "text_digest": digest,
            "text_file": self._text_file(row, cleaned, version_id) if self._settings.text_files else None,
            "version_record": record_id,
        }

    def _text_file(self, row: CaptureRow, cleaned: "_Cleaned", version_id: str) -> str:
        """The name of the text file; raises ArchiveError, before its record is written, where it would lead outside."""
        at = datetime.fromisoformat(row.captured_at)
        file = f"{layout.TEXT}/{names.text_name(row.url, at, cleaned.article.meta.title or '', version_id)}"
        layout.below(self._root, file)
        return file

    def _store_article(
        self, row: CaptureRow, cleaned: "_Cleaned", facts: dict[str, Any], told: About
    ) -> tuple[list[Row], Kept]:
        """The rows of an article that now stands in its file, which are to be committed, and what is kept by that."""
        record_id = facts.pop("version_record", None)
        rendering: Rendering | None = facts.pop("rendering", None)
        rendered = [rendering_record(rendering, row.url, row.record_id)] if rendering else []
        whole = {**cleaned.row, **facts, "url": row.url, **({"rendered": rendered[0].id} if rendered else {})}
        markdown = cleaned.article.markdown if record_id else ""
        places = self._articles.append([*rendered, *article_records(whole, markdown, row.record_id, record_id)], told)
        if whole["changed"] and whole["text_file"]:
            with on_disk(self._root / layout.TEXT):
                recovery.write_text(self._root, whole, markdown, fsync=self._settings.fsync)
            self._texts += [self._root / whole["text_file"]] if self._lot is not None else []
        rows = [RenderingRow(capture=row.id, file=places[0].file, offset=places[0].offset) for _ in rendered]
        return [*rows, *entries.article_rows(whole, places[-1])], _kept(row, cleaned.article, whole, places[-1])


class _Cleaned:
    """An article to be kept, as a row, with its text's digest; the text is rendered once."""

    __slots__ = ("article", "digest", "row")

    def __init__(self, article: Article) -> None:
        self.article = article
        self.row = article.to_dict()
        self.digest = text_digest(self.row["text"])


def _kept(row: CaptureRow, article: Article, whole: dict[str, Any], place: Place) -> Kept:
    return Kept(
        id=row.id,
        url=row.url,
        article=article,
        version=whole["version"],
        changed=whole["changed"],
        revisit=row.record_kind == "revisit",
        original_file=row.original_file,
        original_offset=row.original_offset,
        article_file=place.file,
        article_offset=place.offset,
        text_file=whole["text_file"],
    )


def text_digest(text: str) -> str | None:
    """SHA-256 of the clean text as it is stored; None where there is none."""
    return "sha256:" + hashlib.sha256(storable(text).encode("utf-8")).hexdigest() if text else None


def _facts(row: CaptureRow, cleaned: _Cleaned, told: About) -> dict[str, Any]:
    of_run = dict(told)
    return {
        "capture": row.id,
        "captured_at": row.captured_at,
        "cleaned_at": warc.warc_date(datetime.now(UTC)),
        "software": of_run["software"],
        "configuration": of_run["configuration"],
        "cleaning": of_run["cleaning"],
        "words": words(cleaned.row["text"]),
    }


def _is_not_modified(row: CaptureRow) -> bool:
    return row.record_kind == "revisit" and row.status == NOT_MODIFIED


def _unchanged(cleaned: _Cleaned, known: Version | None, catalogue: Catalogue) -> dict[str, Any] | None:
    """What a 304 is told to be: the newest version, with what is known of it; None where there is no version."""
    entry = catalogue.find(known.id) if known else None
    if known is None or entry is None:
        return None
    return {
        "version": known.id,
        "changed": False,
        "text_digest": known.text_digest,
        "text_file": known.text_file,
        "words": known.words,
        "meta": {**cleaned.row["meta"], **{name: getattr(entry, name) for name in entries.META}},
        "reason": None,
        "ruleset": entry.ruleset,
        "model": entry.model,
        "cleaning": entry.cleaning,
    }


def _row(capture: Capture, place: Place) -> CaptureRow:
    original = capture.records[capture.main]
    refers_to = dict(original.fields).get("WARC-Refers-To") if original.kind == "revisit" else None
    page = PageRecord(id=original.id, kind=original.kind, refers_to=refers_to, place=place)
    return entries.capture_row(capture.note, page)


def _payload_rows(made: Capture | Exchanged, places: Sequence[Place]) -> Iterator[PayloadRow]:
    for at, body in made.payloads.items():
        record, place = made.records[at], places[at]
        yield PayloadRow(
            key=body.key,
            record_id=record.id,
            url=record.url or "",
            date=record.date,
            digest=body.digest,
            file=place.file,
            offset=place.offset,
        )


@lru_cache(maxsize=256)  # one a host where what was learned of hosts counts
def about(policy: Policy, options: FetchOptions) -> About:
    """The warcinfo of what is written under these: who wrote it, by which rules and scorer, and digests of the rest."""
    from cleaner import pipeline  # half a second that only those pay who clean

    return about_cleaned(policy, options, pipeline.versions(policy))


@lru_cache(maxsize=256)
def about_cleaned(policy: Policy, options: FetchOptions, versions: tuple[str, str]) -> About:
    """As `about`, where the versions of rules and scorer, in that order, are known from who cleaned."""
    ruleset, model = versions
    software = f"{SOFTWARE}/{version(SOFTWARE)}"
    return (
        *_about_format(),
        ("rule-set", ruleset),
        ("model", model),
        ("configuration", _digest((settled(policy), options))),
        ("cleaning", _digest((software, ruleset, model, settled(policy)))),
    )


@lru_cache(maxsize=8)
def about_fetched(options: FetchOptions) -> About:
    """The warcinfo of what was fetched under these options, and cleaned by nobody."""
    return (*_about_format(), ("configuration", _digest(options)))


def _about_format() -> About:
    return (
        ("software", f"{SOFTWARE}/{version(SOFTWARE)}"),
        ("format", "WARC File Format 1.1"),
        ("conformsTo", "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"),
    )


def _digest(configuration: object) -> str:
    return "sha256:" + hashlib.sha256(repr(configuration).encode("utf-8", "replace")).hexdigest()
