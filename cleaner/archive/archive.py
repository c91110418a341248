"""The archive: pages kept as they came, their clean articles beside them, and a catalogue that finds both again."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from cleaner import urls
from cleaner.archive import entries, importing, layout, pruning, received, recovery, verify, warc
from cleaner.archive.catalogue import Catalogue
from cleaner.archive.disk import on_disk, whole_file
from cleaner.archive.filters import EVERYTHING, NEWEST, Filter
from cleaner.archive.importing import Imported
from cleaner.archive.keeping import Keeper, Kept, about, about_cleaned, about_fetched
from cleaner.archive.layout import Settings
from cleaner.archive.pruning import Pruning, Retention
from cleaner.archive.records import NOT_MODIFIED
from cleaner.archive.schema import Entry, Hit, Shown, Version
from cleaner.archive.survey import Survey
from cleaner.archive.verify import Problem
from cleaner.article import Article
from cleaner.errors import ArchiveError, CleanerError, InputError
from cleaner.fetch import FetchOptions, taught
from cleaner.fetch.browsergate import is_showable
from cleaner.fetch.parts import Fetched, fetch_article
from cleaner.model import Exchange, Page, Reason, ReasonCode, Rendering
from cleaner.policy import MAX_BYTES, Policy

if TYPE_CHECKING:
    from cleaner.archive.exports import ExportFormat

__all__ = ["Archive", "Kept"]

_MISSES_LOG = "the catalogue's log cannot be read where nothing can be written; what was kept last is not listed"

FIRST_ERROR_STATUS = 400  # RFC 9110: 4xx and 5xx are the answers that are no page


class Archive:
    """An open archive folder, made if it is missing or empty; a context manager, for any number of threads.

    Several processes may have one archive open: each writes files of its own. `warnings` lists what was found torn
    and mended at opening. On a read-only medium, and where this user may not write, `is_read_only` is True: then
    nothing is mended, and whatever would keep or change something raises ArchiveError. `settings` are those of the
    archive's own `archive.toml` where none are given; `fsync` and `text_files` overrule them one by one.
    `clean` makes the article of a page under a policy, here in this process; another may be put in its place.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        create: bool = True,
        fsync: bool | None = None,
        text_files: bool | None = None,
        settings: Settings | None = None,
    ) -> None:
        self.path = Path(path)
        given = {"fsync": fsync, "text_files": text_files}
        told = layout.claim(self.path, create=create)
        self.settings = replace(settings or told, **{name: on for name, on in given.items() if on is not None})
        self.is_read_only = layout.is_read_only(self.path)
        if self.is_read_only:
            self._catalogue = Catalogue(layout.catalogue(self.path), reads_only=True)
            self.warnings = [_MISSES_LOG] if self._catalogue.misses_log else []
        else:
            self._catalogue, self.warnings = self._recovered()
        self._keeper = Keeper(self.path, self._catalogue, self.settings)
        self.clean: Callable[[Page, Policy], Article] = _cleaned_here

    def _recovered(self) -> tuple[Catalogue, list[str]]:
        """The catalogue, complete, and what was mended before."""
        fsync = self.settings.fsync
        with layout.only_one(self.path):
            catalogue = Catalogue(layout.catalogue(self.path), fsync=fsync)
            try:
                return catalogue, recovery.recover(self.path, catalogue, fsync=fsync)
            except BaseException:
                catalogue.close()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Nothing; every file written has its final name. Closing twice does no harm."""
        try:
            self._keeper.close()
        finally:
            self._catalogue.close()

    def add(
        self,
        source: str | Page,
        *,
        policy: Policy = Policy(),  # noqa: B008  # frozen
        options: FetchOptions = FetchOptions(),  # noqa: B008  # frozen
        render: Callable[[Page], Rendering] | None = None,
    ) -> Kept:
        """The page as kept: fetched first where `source` is a URL, whatever its status, with or without an article.

        When this returns, nothing of it can be lost by a crash. Raises what fetching raises, after keeping whatever
        responses had come by then; LimitError for a page too big or deep to clean, which is kept all the same;
        TryLaterError on a full disk and ArchiveError on any other refusal of the disk, and then nothing counts as kept.
        With `render`, as `Browser.render` is one, the DOM that it makes of the page is kept and cleaned in its place.
        """
        keeper, policy = self._writing(), taught.heeding(policy, layout.site_files(self.path))
        fetched = Fetched(page=source) if isinstance(source, Page) else fetch_article(source, policy, options)
        told, page = about(policy, options), fetched.page
        # The original is in the catalogue before it is cleaned; it must be found again whatever becomes of that.
        held = keeper.hold(page, told)
        if render and fetched.failure is None and is_showable(page):
            page = replace(page, rendering=render(page))
        kept = keeper.keep_held(held, self._article(page.shown, fetched.failure, policy), told, page.rendering)
        return replace(kept, parts=len(page.parts), missed=fetched.missed)

    def _article(self, page: Page, failure: CleanerError | None, policy: Policy) -> Article:
        """The page's article; none, with the reason, where the server answered with an error."""
        if failure:
            raise failure
        article = self.clean(page, policy)
        if page.status is None or page.status < FIRST_ERROR_STATUS or not article.text:
            return article
        reason = Reason(code=ReasonCode.ERROR_PAGE, evidence=f"HTTP status {page.status}")
        return Article(url=article.url, meta=article.meta, reason=reason, ruleset=article.ruleset)

    def _writing(self) -> Keeper:
        """The keeper; raises ArchiveError where nothing can be written."""
        if self.is_read_only:
            hint = "check the folder's owner, mode and mount"
            raise ArchiveError("cannot be written, only read", where=str(self.path), hint=hint, code="not-writable")
        return self._keeper

    def keep(
        self,
        page: Page,
        article: Article,
        *,
        policy: Policy = Policy(),  # noqa: B008  # frozen
        options: FetchOptions = FetchOptions(),  # noqa: B008  # frozen
        versions: tuple[str, str] | None = None,
    ) -> Kept:
        """A page fetched, shown and cleaned elsewhere (`policy` and `options` say how), kept as `add` keeps one.

        `versions` are those of rules and scorer, from where it was cleaned; to find them here loads the cleaner.

        Any thread may call it, several at a time: they write one after the other. An answer of 304 about a page that
        the archive has is kept as a revisit of it and has its newest text, whatever the article given with it.
        """
        told = about_cleaned(policy, options, versions) if versions else about(policy, options)
        return self._writing().keep(page, article, told)

    def keep_page(self, page: Page, *, options: FetchOptions = FetchOptions()) -> str:  # noqa: B008  # frozen
        """The id of a page that is kept without its article, as one that could not be cleaned; for any thread."""
        return self._writing().hold(page, about_fetched(options)).id

    def lot(self) -> AbstractContextManager[None]:
        """The body keeps many pages with one wait for the disk: all or, where it raises, none; a lot in a lot is a piece of it."""
        return self._writing().lot()

    def keep_exchanges(self, exchanges: Sequence[Exchange], options: FetchOptions) -> None:
        """Nothing; exchanges that are no pages to be listed (feeds, robots.txt, answers of 304) are kept; for any thread."""
        self._writing().keep_exchanges(exchanges, about_fetched(options))

    def keep_again(self, entry: Entry, article: Article, *, policy: Policy = Policy()) -> Kept:  # noqa: B008  # frozen
        """The capture with this article in place of the one it had. The record of the old one stays in its file."""
        return self._writing().keep_again(entry, article, about(policy, FetchOptions()))

    def ls(
        self,
        wanted: Filter = EVERYTHING,
        *,
        limit: int | None = None,
        host: str | None = None,
        oldest_first: bool = False,
        beyond: tuple[str, str] | None = None,
    ) -> Iterator[Entry]:
        """Captures, newest first, those that the filter lets through; `host` alone may be given without a record.

        `beyond` is the `captured_at` and `id` of a capture: those that follow on it in the order asked for.
        """
        wanted = replace(wanted, host=host) if host else wanted
        return self._catalogue.ls(wanted, limit=limit, oldest_first=oldest_first, beyond=beyond)

    @staticmethod
    def cleaning(policy: Policy = Policy()) -> str:  # noqa: B008  # frozen
        """The digest of all that decides about a text under this policy, as entries have it: program, rules, scorer, policy."""
        return dict(about(policy, FetchOptions()))["cleaning"]

    def plan_pruning(self, retention: Retention) -> Pruning:
        """What may go: captures, oldest first, each with its bytes and why, and what goes beside them; nothing is changed."""
        return pruning.foretold(self.path, self._planned(retention))

    def prune(self, retention: Retention) -> Pruning:
        """What is gone now: all that `plan_pruning` names. The archive is closed by it.

        The newest capture of a page always stays, and whatever holds a body or a text that others refer to. Raises
        TryLaterError while another process writes to the archive.
        """
        self._writing()
        planned = self._planned(retention)
        self.close()
        return pruning.prune(self.path, planned, fsync=self.settings.fsync)

    def _planned(self, retention: Retention) -> pruning.Plan:
        self._keeper.close()  # so that what was just kept counts too; the next page begins new files
        return pruning.plan(self.path, self._catalogue, retention)

    def show(self, id_or_url: str) -> Shown:
        """A capture by its id or a version's, or a URL's newest one, with its clean text and what was dropped from it.

        Raises InputError when the archive has no such capture.
        """
        entry = self._catalogue.find(id_or_url)
        if entry is None:
            raise InputError("is not in the archive", where=id_or_url, hint="`cleaner archive ls` lists what is")
        text = self._catalogue.version_text(entry.version) if entry.version else ""
        told = self._told(entry)
        return Shown(entry=entry, text=text, dropped=tuple(told["dropped"]) if told else ())

    def original(self, entry: Entry) -> bytes:
        """The capture's record block, byte for byte: an HTTP response, a revisit's head alone, or a file's bytes."""
        return self.record(entry).block

    def record(self, entry: Entry) -> warc.Stored:
        """The capture's record as it stands in its WARC: header fields, block and offset. Raises ArchiveError."""
        return self._at(entry.original_file, entry.original_offset)

    def newest(self, url: str) -> Entry | None:
        """The newest capture of this URL; None where the archive has none."""
        return next(self.ls(replace(EVERYTHING, key=urls.key(url)), limit=1), None)

    def version_text(self, version: str) -> str:
        """The clean text of this version; empty where there is no such version."""
        return self._catalogue.version_text(version)

    def version_named(self, id_or_url: str) -> Version:
        """The version with this id, that of the capture with this id, or the newest of this URL; InputError for none."""
        found = self._catalogue.find_version(id_or_url)
        if found is None:
            entry = self.show(id_or_url).entry
            found = self._catalogue.find_version(entry.version) if entry.version else None
        if found is None:
            raise InputError("has no clean text in the archive", where=id_or_url)
        return found

    def page(self, entry: Entry) -> Page | None:
        """The page as it is cleaned, codings undone: as it was received, or the DOM that a browser made of it; with its parts.

        None for what is no page to read: redirects, pictures, files. Raises ArchiveError where a record is missing or
        damaged, InputError where the body cannot be unpacked.
        """
        page = self._page(entry)
        parts = tuple(part for one in self._catalogue.parts(entry.id) if (part := self._page(one)))
        return replace(page, parts=parts) if page and parts else page

    def _page(self, entry: Entry) -> Page | None:
        if rendered := self.rendering_place(entry):
            shown = received.page(self._at(*rendered))
            return replace(shown, url=entry.url, status=entry.status) if shown else None
        whole = self._whole(entry)
        if entry.status == NOT_MODIFIED and entry.refers_to and (place := self._catalogue.holder(entry.refers_to)):
            return replace(received.page(self._at(*place)) or Page(content=b""), url=entry.url)
        return received.page(whole)

    def content(self, entry: Entry) -> bytes:
        """What was received, whatever its type, its codings undone; raises as `page` does."""
        return received.content(self._whole(entry))

    def verify_capture(self, entry: Entry) -> list[tuple[str, str, str]]:
        """Each digest of the capture: its name, as it was written ("" where it was not), and as it is now."""
        return list(received.digests(self.record(entry), self._whole(entry), entry))

    def _at(self, file: str, offset: int) -> warc.Stored:
        return warc.read_at(layout.resolve(self.path, file), offset)

    def _whole(self, entry: Entry) -> warc.Stored:
        """The capture's record; the body of an earlier one put back where this one only refers to it."""
        stored = self.record(entry)
        if stored.kind != "revisit":
            return stored
        place = self._catalogue.holder(stored.fields.get("warc-refers-to", ""))
        if place is None:
            message = "the record that holds the body is not in the catalogue"
            raise ArchiveError(message, where=entry.id, hint="run `cleaner archive verify`", code="damaged")
        return received.joined(stored, self._at(*place))

    def rendering_place(self, entry: Entry) -> tuple[str, int] | None:
        """File and offset of the DOM that a browser made of the capture; None where none did."""
        return self._catalogue.rendering(entry.id)

    def article_record(self, entry: Entry) -> warc.Stored | None:
        """The record that tells how the capture was cleaned; None where it was not. Raises ArchiveError."""
        if entry.article_file is None or entry.article_offset is None:
            return None
        return self._at(entry.article_file, entry.article_offset)

    def article(self, entry: Entry) -> Article | None:
        """The capture's article as it was kept, whole; None for a page not cleaned yet.

        Where its text was not new, blocks and edits are those of the capture that made the version, and so is what
        was dropped. Raises ArchiveError where a record is missing or damaged.
        """
        told = self._told(entry)
        if told is None:
            return None
        if told.get("version") and "blocks" not in told:
            # The capture that made the version may have been cleaned anew since; the version's own record stays.
            first = self._catalogue.find_version(told["version"])
            source = entries.read_told(self._at(first.file, first.offset)) if first else None
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

    def search(self, query: str, *, limit: int = 20, offset: int = 0, host: str | None = None) -> list[Hit]:
        """Pages whose newest text or title holds every word of `query`, best first; any string is a fit query."""
        return self._catalogue.search(query, limit=limit, offset=offset, host=host)

    def versions(self, url: str) -> list[Version]:
        """The clean texts of this URL over time, oldest first; a text that did not change is listed once."""
        return self._catalogue.versions(url)

    def verify(self, *, deep: bool = False) -> list[Problem]:
        """What is not sound, in a list that is empty for a sound archive; reads every record, so it takes its time.

        `deep` also unpacks every body and compares contents with their digests.
        """
        return list(verify.check(self, deep=deep))

    def import_warc(
        self,
        source: str | Path,
        *,
        policy: Policy = Policy(),  # noqa: B008  # frozen
        max_bytes: int = MAX_BYTES,
    ) -> Iterator[Imported]:
        """The pages of anyone's WARC, each kept as it is handed out, with the exchange as that file has it.

        Pages that are here already are passed over, so an import that was cut short can be run again. Raises InputError
        where the file cannot be read or ends badly, after the pages before that are kept.
        """
        return importing.take_in(self, self._catalogue, Path(source), policy, max_bytes)

    def export(self, form: "ExportFormat", to: Path, wanted: Filter = NEWEST, *, limit: int | None = None) -> int:
        """How many went to `to`: a folder for md and tei, else a file that is written whole or not at all.

        What another process is still writing is left out. Raises UsageError where a file stands there already, and
        InputError where nothing in the archive is as wanted; then nothing is written.
        """
        from cleaner.archive import exports  # the writers of books, and more

        self._keeper.close()  # so that what was just kept goes out too; the next page begins new files
        exports.some(len(list(self.ls(wanted, limit=1))), self.path)
        if form in exports.FOLDERS:
            return exports.some(exports.export_folder(self, form, to, wanted, limit), self.path)
        with on_disk(to), whole_file(to) as out:
            # Captures may hold no article, where articles go out; an error here leaves no file.
            return exports.some(exports.export_file(self, form, out, wanted, limit), self.path)

    @staticmethod
    def reindex(path: str | Path, *, fsync: bool = True) -> list[str]:
        """What was found while the catalogue was built anew from the WARCs; for an archive that is not open.

        Raises TryLaterError while another process writes to the archive.
        """
        layout.claim(Path(path), create=False)
        return recovery.rebuild(Path(path), fsync=fsync)

    @staticmethod
    def repair(path: str | Path, *, fsync: bool = True) -> list[str]:
        """What was mended: damaged files hold their whole records alone, text files and catalogue are made anew.

        For an archive that is not open; nothing is thrown away, a damaged file stays as `….damaged` beside the mended
        one. Raises TryLaterError while another process writes to the archive.
        """
        layout.claim(Path(path), create=False)
        return recovery.repair(Path(path), fsync=fsync)


def _cleaned_here(page: Page, policy: Policy) -> Article:
    from cleaner.pipeline import clean  # half a second that only those pay who clean

    return clean(page, policy=policy)
