"""The archive: pages kept as they came, their clean articles beside them, and a catalogue that finds both again."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self, TypeAlias

from cleaner import pipeline
from cleaner.archive import entries, layout, names, recovery, verify, warc
from cleaner.archive.catalogue import Catalogue, Row
from cleaner.archive.disk import on_disk
from cleaner.archive.records import Capture, article_records, capture_records, storable
from cleaner.archive.schema import CaptureRow, Entry, Hit, PayloadRow, Shown, Version
from cleaner.archive.survey import Survey
from cleaner.archive.verify import Problem
from cleaner.archive.writer import MAX_FILE_BYTES, Place, WarcWriter
from cleaner.article import Article
from cleaner.errors import ArchiveError, CleanerError, InputError
from cleaner.fetch import Client, FetchOptions
from cleaner.model import Page, Reason, ReasonCode
from cleaner.policy import Policy

__all__ = ["Archive", "Kept"]

FIRST_ERROR_STATUS = 400  # RFC 9110: 4xx and 5xx are the answers that are no page

About: TypeAlias = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One page that is now in the archive, on the disk and in the catalogue.

    `article.reason` says why a kept page gave no article. `version` is the id of the clean text, None without one;
    `changed` is True where that text is new. Files are named below the archive; `text_file` is None where there is
    no article or text files are switched off. `revisit` is True where the body was kept before and only referred to.
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


class Archive:
    """An open archive folder, made if it is missing or empty; a context manager, one thread at a time.

    Several processes may have one archive open: each writes files of its own. `warnings` lists what was found torn
    and mended at opening. With `fsync` off a power cut may lose the last captures, a killed process still loses none.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        fsync: bool = True,
        create: bool = True,
        text_files: bool = True,
        max_file_bytes: int = MAX_FILE_BYTES,
    ) -> None:
        self.path = Path(path)
        self._fsync = fsync
        self._text_files = text_files
        layout.claim(self.path, create=create, fsync=fsync)
        with layout.only_one(self.path):
            self._catalogue = Catalogue(self.path / layout.CATALOGUE, fsync=fsync)
            try:
                self.warnings = recovery.recover(self.path, self._catalogue, fsync=fsync)
            except BaseException:
                self._catalogue.close()
                raise
        self._originals = WarcWriter(self.path, layout.ORIGINALS, "cleaner", fsync=fsync, max_bytes=max_file_bytes)
        self._articles = WarcWriter(self.path, layout.ARTICLES, "articles", fsync=fsync, max_bytes=max_file_bytes)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Nothing; every file written has its final name. Closing twice does no harm."""
        try:
            self._originals.close()
        finally:
            try:
                self._articles.close()
            finally:
                self._catalogue.close()

    def add(
        self,
        source: str | Page,
        *,
        policy: Policy = Policy(),  # noqa: B008  # frozen
        options: FetchOptions = FetchOptions(),  # noqa: B008  # frozen
    ) -> Kept:
        """The page as kept: fetched first where `source` is a URL, whatever its status, with or without an article.

        When this returns, nothing of it can be lost by a crash. Raises what fetching raises, after keeping whatever
        responses had come by then; LimitError for a page too big or deep to clean, which is kept all the same;
        TryLaterError on a full disk and ArchiveError on any other refusal of the disk, and then nothing counts as kept.
        """
        page, failure = (source, None) if isinstance(source, Page) else _fetched(source, options)
        about = _about(pipeline.rule_set(policy.rules, policy.off).version, policy, options)
        capture = capture_records(page, page.fetched_at or datetime.now(UTC), self._catalogue.earlier)
        place = self._originals.append(capture.records, about)[capture.main]
        try:
            article = _article(page, failure, policy)
        except BaseException:
            # The original stands whole in its file; it must be found again whatever became of its cleaning.
            self._commit(capture, place)
            raise
        return self._keep(capture, place, article, about)

    def _keep(self, capture: Capture, place: Place, article: Article, about: About) -> Kept:
        """Article and text file first, then one commit for all: what the catalogue names is on the disk."""
        original = capture.records[capture.main]
        row = _row(capture, place)
        told, record_id = self._tell(row, article, dict(about)["configuration"])
        told_place = self._articles.append(article_records(told, article.markdown, original, record_id), about)[-1]
        if told["changed"] and told["text_file"]:
            with on_disk(self.path / layout.TEXT):
                recovery.write_text(self.path, told, article.markdown, fsync=self._fsync)
        self._commit(capture, place, entries.article_rows(told, told_place))
        return Kept(
            id=row.id,
            url=row.url,
            article=article,
            version=told["version"],
            changed=told["changed"],
            revisit=row.record_kind == "revisit",
            original_file=row.original_file,
            original_offset=row.original_offset,
            article_file=told_place.file,
            article_offset=told_place.offset,
            text_file=told["text_file"],
        )

    def _tell(self, row: CaptureRow, article: Article, configuration: str) -> tuple[dict[str, Any], str | None]:
        """The article and the facts of its cleaning, JSON-ready; the id of the conversion record for a new text."""
        text = storable(article.text)
        digest = "sha256:" + hashlib.sha256(text.encode("utf-8")).hexdigest()
        latest = self._catalogue.latest_version(row.key) if text else None
        known = latest if latest and latest.text_digest == digest else None
        record_id = warc.new_id() if text and not known else None
        version_id = names.capture_id(record_id) if record_id else known and known.id
        title = article.meta.title or ""
        at = datetime.fromisoformat(row.captured_at)
        fresh = (
            f"{layout.TEXT}/{names.text_name(row.url, at, title, version_id)}"
            if version_id and self._text_files
            else None
        )
        facts = {
            "capture": row.id,
            "version": version_id,
            "changed": record_id is not None,
            "captured_at": row.captured_at,
            "cleaned_at": warc.warc_date(datetime.now(UTC)),
            "configuration": configuration,
            "text_digest": digest if text else None,
            "text_file": known.text_file if known else fresh,
        }
        return {**article.to_dict(), **facts, "url": row.url}, record_id

    def _commit(self, capture: Capture, place: Place, cleaned: Sequence[Row] = ()) -> None:
        payloads = [
            PayloadRow(key=body.key, record_id=record.id, url=record.url or "", date=record.date)
            for at, body in capture.payloads.items()
            for record in (capture.records[at],)
        ]
        with self._catalogue.transaction():
            self._catalogue.put([_row(capture, place), *payloads, *cleaned])

    def ls(self, *, limit: int | None = None, host: str | None = None) -> Iterator[Entry]:
        """Captures, newest first; of one host only where it is named."""
        return self._catalogue.ls(limit=limit, host=host)

    def show(self, id_or_url: str) -> Shown:
        """A capture by its id or a version's, or a URL's newest one, with its clean text and what was dropped from it.

        Raises InputError when the archive has no such capture.
        """
        entry = self._catalogue.find(id_or_url)
        if entry is None:
            raise InputError("is not in the archive", where=id_or_url, hint="`cleaner archive ls` lists what is")
        text = self._catalogue.version_text(entry.version) if entry.version else ""
        return Shown(entry=entry, text=text, dropped=self._dropped(entry))

    def _dropped(self, entry: Entry) -> tuple[Mapping[str, object], ...]:
        told = self._told(entry)
        return tuple(told["dropped"]) if told else ()

    def original(self, entry: Entry) -> bytes:
        """The capture's record block, byte for byte: an HTTP response, a revisit's head alone, or a file's bytes."""
        return self.record(entry).block

    def record(self, entry: Entry) -> warc.Stored:
        """The capture's record as it stands in its WARC: header fields, block and offset. Raises ArchiveError."""
        return warc.read_at(layout.resolve(self.path, entry.original_file), entry.original_offset)

    def article_record(self, entry: Entry) -> warc.Stored | None:
        """The record that tells how the capture was cleaned; None where it was not. Raises ArchiveError."""
        if entry.article_file is None or entry.article_offset is None:
            return None
        return warc.read_at(layout.resolve(self.path, entry.article_file), entry.article_offset)

    def article(self, entry: Entry) -> Article | None:
        """The capture's article as it was kept, whole; None for a page not cleaned yet.

        Where its text was not new, blocks and edits are those of the capture that made the version, and so is what
        was dropped. Raises ArchiveError where a record is missing or damaged.
        """
        told = self._told(entry)
        if told is None:
            return None
        if told.get("version") and "blocks" not in told:
            first = self._catalogue.find(told["version"])
            source = self._told(first) if first and first.id != entry.id else None
            told = {**(source or told), "meta": told["meta"], "url": told["url"]}
        try:
            return Article.from_dict(told)
        except (ValueError, KeyError, TypeError) as error:
            message = f"the article's record cannot be read: {error}"
            raise ArchiveError(message, where=entry.article_file, code="damaged") from error

    def _told(self, entry: Entry) -> dict[str, Any] | None:
        stored = self.article_record(entry)
        return entries.read_told(stored) if stored else None

    @property
    def survey(self) -> Survey:
        """Pages by filter, and counts by day, site and rule."""
        return Survey(self._catalogue)

    def search(self, query: str, *, limit: int = 20, host: str | None = None) -> list[Hit]:
        """Pages whose newest text or title holds every word of `query`, best first; any string is a fit query."""
        return self._catalogue.search(query, limit=limit, host=host)

    def versions(self, url: str) -> list[Version]:
        """The clean texts of this URL over time, oldest first; a text that did not change is listed once."""
        return self._catalogue.versions(url)

    def verify(self) -> list[Problem]:
        """What is not sound, in a list that is empty for a sound archive; reads every record, so it takes its time."""
        return list(verify.check(self.path, self._catalogue.ls()))

    @staticmethod
    def reindex(path: str | Path, *, fsync: bool = True) -> list[str]:
        """What was found while the catalogue was built anew from the WARCs; for an archive that is not open.

        Raises TryLaterError while another process writes to the archive.
        """
        layout.claim(Path(path), create=False, fsync=fsync)
        return recovery.rebuild(Path(path), fsync=fsync)


def _fetched(url: str, options: FetchOptions) -> tuple[Page, CleanerError | None]:
    """What came of asking for the URL, and the error that ended it; raises that error where nothing came at all."""
    with Client(options) as client:
        visit = client.visit(url)
    if visit.page is not None:
        return visit.page, visit.error
    if visit.error and not visit.exchanges:
        raise visit.error
    last = visit.exchanges[-1]
    return Page(content=b"", url=last.url, status=last.status, exchanges=visit.exchanges), visit.error


def _row(capture: Capture, place: Place) -> CaptureRow:
    original = capture.records[capture.main]
    return entries.capture_row(capture.note, original.id, original.kind, place)


def _about(ruleset: str, policy: Policy, options: FetchOptions) -> About:
    """The warcinfo of what is written under these: who wrote it, by which rules, and a digest of the configuration."""
    configuration = hashlib.sha256(repr((_settled(policy), options)).encode("utf-8", "replace")).hexdigest()
    return (
        ("software", f"article-cleaner/{version('article-cleaner')}"),
        ("format", "WARC File Format 1.1"),
        ("conformsTo", "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"),
        ("rule-set", ruleset),
        ("configuration", f"sha256:{configuration}"),
    )


def _settled(policy: Policy) -> tuple[object, ...]:
    # Sets print in a new order in every process; the digest must not change with it.
    parts = (getattr(policy, part.name) for part in fields(policy))
    return tuple(sorted(map(str, part)) if isinstance(part, frozenset) else part for part in parts)


def _article(page: Page, failure: CleanerError | None, policy: Policy) -> Article:
    """The page's article; none, with the reason, where the server answered with an error."""
    if failure:
        raise failure
    article = pipeline.clean(page, policy=policy)
    if page.status is None or page.status < FIRST_ERROR_STATUS or not article.text:
        return article
    reason = Reason(code=ReasonCode.ERROR_PAGE, evidence=f"HTTP status {page.status}")
    return Article(url=article.url, meta=article.meta, reason=reason, ruleset=article.ruleset)
