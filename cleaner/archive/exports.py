"""What an archive gives to other programs and to readers: WARCs and indexes, texts, folders, a feed, a book, one page."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from importlib.metadata import version
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from cleaner.archive import cdxj, layout, names, textfile, wacz, warc
from cleaner.archive.disk import write_new
from cleaner.archive.filters import EVERYTHING, Filter
from cleaner.archive.groups import Group, groups
from cleaner.archive.pictures import picture_at
from cleaner.archive.schema import Entry
from cleaner.archive.warc import Record
from cleaner.article import Article
from cleaner.errors import InputError
from cleaner.policy import shown_in_markup
from cleaner.render.books import Chapter, write_epub, write_html
from cleaner.text import in_xml

if TYPE_CHECKING:
    from cleaner.archive.archive import Archive

__all__ = ["FOLDERS", "ExportFormat", "export_file", "export_folder", "some"]

FEED_ENTRIES = 50  # of an Atom feed where no limit is given: readers ask for it often, and show the newest


class ExportFormat(StrEnum):
    """The forms there are; md and tei make a folder, the others one file."""

    WACZ = "wacz"
    WARC = "warc"
    CDXJ = "cdxj"
    WET = "wet"
    JSONL = "jsonl"
    ATOM = "atom"
    EPUB = "epub"
    HTML = "html"
    MD = "md"
    TEI = "tei"


FOLDERS = frozenset({ExportFormat.MD, ExportFormat.TEI})


def export_file(
    archive: "Archive", form: ExportFormat, out: IO[bytes], wanted: Filter, limit: int | None = None
) -> int:
    """How many records or articles went into `out`, a file that can seek where the form is WACZ."""
    return _WRITERS[form](archive, out, wanted, limit)


def export_folder(
    archive: "Archive", form: ExportFormat, folder: Path, wanted: Filter, limit: int | None = None
) -> int:
    """How many articles went into the folder, each a file `<host>/YYYY/<date>-<title>-<version>.<md or xml>`.

    What stands there already is left as it is, so that a second export adds what is new.
    """
    count = 0
    for entry, article in _articles(archive, wanted, limit):
        at = datetime.fromisoformat(entry.captured_at)
        name = names.text_name(entry.url, at, article.meta.title or "", entry.version or entry.id)
        content = article.tei.encode("utf-8") if form is ExportFormat.TEI else markdown_file(entry, article)
        path = folder / name.with_suffix(".xml" if form is ExportFormat.TEI else ".md")
        write_new(path, content, fsync=False)
        count += 1
    return count


def markdown_file(entry: Entry, article: Article) -> bytes:
    """The article as a Markdown file with its front matter."""
    told = {"url": entry.url, "captured_at": entry.captured_at, "capture": entry.id, "version": entry.version}
    return textfile.compose(asdict(article.meta), told, article.markdown)


def _articles(archive: "Archive", wanted: Filter, limit: int | None) -> Iterator[tuple[Entry, Article]]:
    for entry in archive.ls(wanted, limit=limit):
        article = archive.article(entry) if entry.version else None
        if article is not None and article.text:
            yield entry, article


def _jsonl(archive: "Archive", out: IO[bytes], wanted: Filter, limit: int | None) -> int:
    count = 0
    for entry, article in _articles(archive, wanted, limit):
        row = {"capture": entry.id, "version": entry.version, "captured_at": entry.captured_at, "status": entry.status}
        out.write(json.dumps({**row, **article.to_dict(), "url": entry.url}).encode("ascii") + b"\n")
        count += 1
    return count


def _wet(archive: "Archive", out: IO[bytes], wanted: Filter, limit: int | None) -> int:
    now = warc.warc_date(datetime.now(UTC))
    fields = (("software", f"article-cleaner/{version('article-cleaner')}"), ("format", "WARC File Format 1.1"))
    described = Record(
        kind="warcinfo",
        id=warc.new_id(),
        date=now,
        content_type="application/warc-fields",
        block=warc.warc_fields((*fields, ("description", "clean texts of archived articles"))),
    )
    out.write(warc.pack(described))
    count = 0
    for entry, article in _articles(archive, wanted, limit):
        language = (("WARC-Identified-Content-Language", entry.language),) if entry.language else ()
        text = Record(
            kind="conversion",
            id=warc.new_id(),
            date=entry.captured_at,
            content_type="text/plain",
            block=article.text.encode("utf-8", "replace"),
            url=entry.url,
            fields=(("WARC-Warcinfo-ID", described.id), ("WARC-Refers-To", entry.record_id), *language),
        )
        out.write(warc.pack(text))
        count += 1
    return count


def _epub(archive: "Archive", out: IO[bytes], wanted: Filter, limit: int | None) -> int:
    title, modified, chapters = _bound(archive, wanted, limit)
    return write_epub(out, title, modified, chapters, partial(picture_at, archive))


def _html(archive: "Archive", out: IO[bytes], wanted: Filter, limit: int | None) -> int:
    title, _, chapters = _bound(archive, wanted, limit)
    return write_html(out, title, chapters, partial(picture_at, archive))


def _bound(archive: "Archive", wanted: Filter, limit: int | None) -> tuple[str, str, Iterator[Chapter]]:
    """What a book is called, the moment of its newest article, and its chapters, newest first."""
    articles = _articles(archive, wanted, limit)
    first = list(islice(articles, 2))
    of = wanted.host or wanted.site
    title = first[0][1].meta.title if len(first) == 1 else f"Articles of {of}" if of else None
    modified = first[0][0].captured_at[: len("2026-11-22T08:30:15")] + "Z" if first else "1970-01-01T00:00:00Z"
    return title or "Articles", modified, (_chapter(*one) for one in chain(first, articles))


def _chapter(entry: Entry, article: Article) -> Chapter:
    shown = shown_in_markup(article.shown)
    return Chapter(meta=article.meta, blocks=article.blocks, shown=shown, url=entry.url, captured=entry.captured_at)


def _cdxj(archive: "Archive", out: IO[bytes], wanted: Filter, limit: int | None) -> int:
    del limit
    chosen = None if wanted == EVERYTHING else _chosen(archive, wanted)[0]
    lines: list[str] = []
    for path, name in _originals(archive):
        for group in groups(path):
            if chosen is None or group.capture in chosen:
                lines += (cdxj.line(record, name) for record in group.records if record.kind in cdxj.INDEXED)
    for line in sorted(lines):
        out.write(line.encode("utf-8") + b"\n")
    return len(lines)


def _wacz(archive: "Archive", out: IO[bytes], wanted: Filter, limit: int | None) -> int:
    del limit
    count = 0

    def pages() -> Iterator[dict[str, object]]:
        nonlocal count
        for entry in archive.ls(wanted):
            if entry.url.startswith(("http://", "https://")):
                count += 1
                text = archive.version_text(entry.version) if entry.version else ""
                title = entry.title or ""
                yield {"id": entry.id, "url": entry.url, "ts": entry.captured_at, "title": title, "text": text}

    with TemporaryDirectory() as folder:
        members = [wacz.Member(name=Path(name).name, path=path) for path, name in _originals(archive)]
        if wanted != EVERYTHING:
            chosen = Path(folder) / "selected.warc.gz"
            with chosen.open("wb") as file:
                _copy_chosen(archive, file, wanted)
            members = [wacz.Member(name=chosen.name, path=chosen)]
        wacz.write(out, members, pages(), warc.warc_date(datetime.now(UTC)))
    return count


def _warc(archive: "Archive", out: IO[bytes], wanted: Filter, limit: int | None) -> int:
    del limit
    return _copy_chosen(archive, out, wanted)


def _copy_chosen(archive: "Archive", out: IO[bytes], wanted: Filter) -> int:
    """How many captures were copied, byte for byte, with those whose bodies they refer to and what describes them."""
    chosen, bodies = _chosen(archive, wanted)
    count = 0
    for path, _ in _originals(archive):
        described: Group | None = None
        with path.open("rb") as file:
            for group in groups(path):
                if group.records[0].kind == "warcinfo":
                    described = group
                elif group.capture in chosen or group.ids & bodies:
                    for one in (described, group):
                        if one is not None:
                            file.seek(one.start)
                            out.write(file.read(one.end - one.start))
                    described = None
                    count += 1
    return count


def _originals(archive: "Archive") -> Iterator[tuple[Path, str]]:
    for path in layout.warc_files(archive.path, layout.ORIGINALS):
        yield path, path.relative_to(archive.path).as_posix()


def _chosen(archive: "Archive", wanted: Filter) -> tuple[frozenset[str], frozenset[str]]:
    """The ids of the captures wanted, and of the records that hold their bodies where they are revisits."""
    pairs = [(entry.id, entry.refers_to) for entry in archive.ls(wanted)]
    return frozenset(one for one, _ in pairs), frozenset(other for _, other in pairs if other)


def _atom(archive: "Archive", out: IO[bytes], wanted: Filter, limit: int | None) -> int:
    entries = list(_articles(archive, wanted, limit or FEED_ENTRIES))
    updated = max((entry.captured_at for entry, _ in entries), default=warc.warc_date(datetime.now(UTC)))
    out.write(
        b'<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        b"<title>Archived articles</title>\n<id>urn:article-cleaner:archive</id>\n"
        + f"<updated>{updated}</updated>\n<generator>article-cleaner</generator>\n".encode()
    )
    for entry, article in entries:
        out.write(_atom_entry(entry, article).encode("utf-8", "replace"))
    out.write(b"</feed>\n")
    return len(entries)


def _atom_entry(entry: Entry, article: Article) -> str:
    meta = article.meta
    published = meta.published if meta.published and len(meta.published) > len("2026-01-01") else None
    lines = [
        "<entry>",
        f"<title>{_xml(meta.title or entry.url)}</title>",
        f"<id>urn:article-cleaner:{entry.version}</id>",
        f'<link rel="alternate" href={quoteattr(in_xml(entry.url))}/>',
        f"<updated>{entry.captured_at}</updated>",
        f"<published>{_xml(published)}</published>" if published else "",
        f"<author><name>{_xml(meta.byline or meta.site or entry.host or 'unknown')}</name></author>",
        f"<summary>{_xml(meta.description)}</summary>" if meta.description else "",
        f'<content type="html">{_xml(article.html)}</content>',
        "</entry>\n",
    ]
    return "\n".join(line for line in lines if line)


def _xml(text: str) -> str:
    return escape(in_xml(text))


_WRITERS: dict[ExportFormat, Callable[["Archive", IO[bytes], Filter, int | None], int]] = {
    ExportFormat.WACZ: _wacz,
    ExportFormat.WARC: _warc,
    ExportFormat.CDXJ: _cdxj,
    ExportFormat.WET: _wet,
    ExportFormat.JSONL: _jsonl,
    ExportFormat.ATOM: _atom,
    ExportFormat.EPUB: _epub,
    ExportFormat.HTML: _html,
}


def some(count: int, root: Path) -> int:
    """The count of what goes out; raises InputError for none."""
    if not count:
        hint = "`cleaner archive ls` with the same filters shows what there is"
        raise InputError("holds nothing that is to go out", where=str(root), hint=hint, code="nothing-to-export")
    return count
