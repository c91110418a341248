"""What was received: the record with its headers and digests, the page in a frame that can do nothing, pictures."""

import re
from dataclasses import dataclass

from lxml import etree
from lxml.html import tostring
from lxml_html_clean import Cleaner
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from cleaner.archive import Archive
from cleaner.archive.pictures import picture, picture_type
from cleaner.errors import CleanerError, InputError
from cleaner.model import Page
from cleaner.parse import decode, parse_tree
from cleaner.policy import Limits
from cleaner.web.desk import desk_of, found, html_page
from cleaner.web.guard import FRAME_POLICY, require_own_form

__all__ = ["frame", "image", "original_page", "picture_address", "record_bytes", "record_page", "verify_now"]

MAX_HEAD_CHARS = 20_000
MAX_TOKEN_CHARS = 300
# The first wall; the frame's own policy and its sandbox are the second and third.
_STRIPPER = Cleaner(
    scripts=True,
    javascript=True,
    comments=True,
    style=False,
    inline_style=False,
    links=True,
    meta=True,
    page_structure=False,
    processing_instructions=True,
    embedded=True,
    frames=True,
    forms=True,
    annoying_tags=False,
    remove_unknown_tags=False,
    safe_attrs_only=False,
    add_nofollow=False,
    kill_tags=("base", "svg", "math", "template"),
)
_FETCHING = ("src", "srcset", "poster", "background", "ping", "data", "action", "formaction", "href", "xlink:href")


# What makes a style sheet load something, and the sign by which that could be spelt otherwise.
_LOADS = re.compile(r"url|@import|image-set|src|\\", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Digest:
    """One digest as it was written and as it is now; `good` is None where nothing was written to compare with."""

    name: str
    written: str
    computed: str

    @property
    def good(self) -> bool | None:
        """Whether both agree."""
        return self.written == self.computed if self.written else None


async def record_page(request: Request) -> Response:
    """Where the capture stands, its headers and digests as they were written."""
    return _record(request, verified=None)


async def verify_now(request: Request) -> Response:
    """The same page with every digest computed from what stands on the disk now."""
    require_own_form(request)
    entry = found(request)
    body = (await request.body())[: MAX_TOKEN_CHARS + 6].decode("ascii", "replace")
    desk_of(request).tokens.spend(body.removeprefix("token="), f"verify {entry.id}")
    return _record(request, verified=desk_of(request).archive.verify_capture(entry))


def _record(request: Request, *, verified: list[tuple[str, str, str]] | None) -> Response:
    desk, entry = desk_of(request), found(request)
    stored = desk.archive.record(entry)
    told = desk.archive.article_record(entry)
    head = stored.block.partition(b"\r\n\r\n")[0] if stored.kind in ("response", "revisit") else b""
    digests = None if verified is None else [_Digest(name=n, written=w, computed=c) for n, w, c in verified]
    return html_page(
        request,
        "record.html",
        entry=entry,
        fields=dict(stored.fields),
        article_fields=dict(told.fields) if told else None,
        head=head.decode("latin-1")[:MAX_HEAD_CHARS],
        block_bytes=len(stored.block),
        digests=digests,
        token=desk.tokens.issue(f"verify {entry.id}"),
    )


async def original_page(request: Request) -> Response:
    """The original in its frame, and what the frame leaves out."""
    entry = found(request)
    problem = ""
    try:
        page = desk_of(request).archive.page(entry)
    except CleanerError as error:
        page, problem = None, str(error)
    return html_page(request, "original.html", entry=entry, can_be_shown=page is not None, problem=problem)


async def frame(request: Request) -> Response:
    """The archived page, bare: what runs, loads or sends is taken out, and the browser is told to let nothing of it be."""
    entry = found(request)
    page = desk_of(request).archive.page(entry)
    if page is None:
        raise InputError("holds no page that could be shown", where=entry.id)
    return HTMLResponse(harmless(page), headers={"Content-Security-Policy": FRAME_POLICY})


def harmless(page: Page) -> bytes:
    """The page's HTML without scripts, frames, forms, links that load something, and addresses; raises LimitError."""
    text = decode(page.content, page.content_type).text
    tree = parse_tree(text, Limits())
    if tree is None:
        return b"<!DOCTYPE html><title>Empty</title>"
    for element in tree.iter(etree.Element):
        for name in list(element.attrib):
            if _acts(str(name).lower(), str(element.attrib[name])):
                del element.attrib[name]
        if element.tag == "style" and _LOADS.search(element.text or ""):
            element.text = ""
    _STRIPPER(tree)
    inside: bytes = tostring(tree, encoding="utf-8", method="html")
    return b'<!DOCTYPE html><meta charset="utf-8">' + inside


def _acts(name: str, value: str) -> bool:
    return name in _FETCHING or name.startswith("on") or (name == "style" and bool(_LOADS.search(value)))


async def record_bytes(request: Request) -> Response:
    """The record block byte for byte, to be saved; never shown."""
    entry = found(request)
    headers = {"Content-Disposition": f'attachment; filename="{entry.id}.{"http" if entry.status else "bin"}"'}
    block = desk_of(request).archive.original(entry)
    return Response(block, media_type="application/octet-stream", headers=headers)


def picture_address(archive: Archive, url: str) -> str | None:
    """The address here of a picture that the archive holds; None where it does not."""
    entry = archive.newest(url)
    return f"/image/{entry.id}" if entry and picture_type(entry) else None


async def image(request: Request) -> Response:
    """A picture from the archive; only what is one by type and first bytes."""
    entry = found(request)
    kept = picture(desk_of(request).archive, entry)
    if kept is None:
        raise InputError("is no picture", where=entry.id)
    return Response(kept[1], media_type=kept[0], headers={"Content-Security-Policy": FRAME_POLICY})
