"""One article: to read, to inspect block by block, and its texts over time."""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from cleaner.archive import Archive, Entry, Filter, Version
from cleaner.archive.diff import compare as compare_texts
from cleaner.article import Article
from cleaner.errors import InputError
from cleaner.model import Block, Media, Role
from cleaner.policy import shown_in_markup
from cleaner.render import html
from cleaner.text import words
from cleaner.web.comparison import compare
from cleaner.web.desk import desk_of, found, html_page
from cleaner.web.original import picture_address

__all__ = ["inspect_page", "read_page", "versions_page"]

WORDS_A_MINUTE = 238  # silent reading of English prose, mean of 190 studies (Brysbaert 2019)
CAPTURES_SHOWN = 100


async def read_page(request: Request) -> Response:
    """The article set for reading; a page without one says why."""
    entry, article = _article(request)
    count = words(article.text)
    return html_page(
        request,
        "read.html",
        entry=entry,
        article=article,
        body=readable(desk_of(request).archive, article),
        words=count,
        minutes=max(1, round(count / WORDS_A_MINUTE)),
    )


async def inspect_page(request: Request) -> Response:
    """The original's blocks beside the article's, each removal and edit with its rule."""
    entry, article = _article(request)
    archive = desk_of(request).archive
    made_by = _maker(archive, entry)
    return html_page(
        request,
        "inspect.html",
        entry=entry,
        article=article,
        comparison=compare(article),
        outside=sorted(article.outside.items(), key=lambda item: (-item[1], item[0])),
        made_by=made_by,
    )


async def versions_page(request: Request) -> Response:
    """The page's texts over time, and two of them compared word by word."""
    entry, _ = _article(request)
    archive = desk_of(request).archive
    versions = archive.versions(entry.url)
    old, new = _chosen(request, versions)
    return html_page(
        request,
        "versions.html",
        entry=entry,
        versions=versions[::-1],
        captures=list(archive.ls(Filter(state="all", newest=False, key=entry.key), limit=CAPTURES_SHOWN)),
        old=old,
        new=new,
        changes=compare_texts(archive.version_text(old.id), archive.version_text(new.id)) if old and new else [],
    )


def _chosen(request: Request, versions: Sequence[Version]) -> tuple[Version | None, Version | None]:
    """The two versions that the address names, the last two where it names none; raises InputError."""
    known = {version.id: version for version in versions}
    last = [version.id for version in versions[-2:]] if len(versions) > 1 else [None, None]
    names = [request.query_params.get("old") or last[0], request.query_params.get("new") or last[1]]
    for name in names:
        if name is not None and name not in known:
            raise InputError("is no text of this page", where=name[:40], hint="choose two of those that are listed")
    old, new = (known[name] if name else None for name in names)
    return old, new


def _article(request: Request) -> tuple[Entry, Article]:
    entry = found(request)
    return entry, desk_of(request).archive.article(entry) or Article(url=entry.url)


def _maker(archive: Archive, entry: Entry) -> Entry | None:
    """The earlier capture whose text this one repeats; None where it brought a text of its own."""
    if not entry.version:
        return None
    maker = archive.show(entry.version).entry
    return maker if maker.id != entry.id else None


def readable(archive: Archive, article: Article) -> Markup:
    """The article's HTML without its title: pictures from the archive only, anything else of the web as links."""
    blocks = [_at_home(archive, block) for block in article.blocks]
    shown = shown_in_markup(article.shown) - {Role.TITLE}
    return Markup(html.render(replace(article.meta, title=None), blocks, shown))  # noqa: S704  # sanitised by the renderer


def _at_home(archive: Archive, block: Block) -> Block:
    if block.media is None:
        return block
    kept = picture_address(archive, block.media.src) if block.media.kind == "image" else None
    if kept:
        return replace(block, media=replace(block.media, src=quote(kept)))
    told = f"{block.media.kind}: {block.media.alt or block.media.src}"
    return replace(block, media=Media(kind="frame", src=block.media.src, alt=told))
