"""Pages for the archive's tests, made without a network: real HTTP bytes around small articles."""

import gzip
from datetime import UTC, datetime, timedelta

from cleaner.model import Exchange, Page

AT = datetime(2026, 11, 22, 8, 30, 15, 123456, tzinfo=UTC)
PARAGRAPHS = (
    "The night ferry to the island left the harbour late because the wind had turned in the evening.",
    "Two hundred passengers waited in the hall, where the harbour master read the forecast aloud every hour.",
    "By midnight the sea was calm again, and the captain decided to sail with half of the lorries on board.",
    "The company said that it will publish a new timetable before the winter, with one crossing fewer a day.",
)


def article_html(title: str = "Night ferry sails late", more: str = "") -> bytes:
    """One plain article; `more` is a further paragraph."""
    body = "".join(f"<p>{paragraph}</p>\n" for paragraph in (*PARAGRAPHS, *([more] if more else [])))
    return (
        f"<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>{title}</title></head>"
        f"<body><main><article><h1>{title}</h1>\n{body}</article></main></body></html>"
    ).encode()


def exchange(url: str, head: str, body: bytes, *, status: int = 200, at: datetime = AT, **more: object) -> Exchange:
    """One exchange whose response head is `head` with its lines joined as HTTP does."""
    request = f"GET /{url.split('/', 3)[-1]} HTTP/1.1\r\nHost: news.example\r\nAccept-Encoding: gzip\r\n\r\n"
    raw = "\r\n".join(head.splitlines()).encode("latin-1") + b"\r\n\r\n" + body
    return Exchange(
        url=url,
        request=request.encode(),
        response=raw,
        status=status,
        started_at=at,
        ip="192.0.2.7",
        **more,  # type: ignore[arg-type]
    )


def page(
    content: bytes | None = None,
    *,
    url: str = "https://news.example/ferry",
    status: int = 200,
    at: datetime = AT,
    head: str | None = None,
    body: bytes | None = None,
) -> Page:
    """One page fetched directly; `body` is what stood on the wire where that is not the content itself."""
    content = article_html() if content is None else content
    head = head or f"HTTP/1.1 {status} OK\nContent-Type: text/html; charset=utf-8\nContent-Length: {len(content)}"
    sent = exchange(url, head, content if body is None else body, status=status, at=at)
    return Page(
        content=content,
        url=url,
        content_type="text/html; charset=utf-8",
        status=status,
        fetched_at=at + timedelta(seconds=1),
        exchanges=(sent,),
    )


def chunked(content: bytes, size: int = 100, trailer: bytes = b"") -> bytes:
    """The content in chunks of `size` bytes."""
    pieces = [content[at : at + size] for at in range(0, len(content), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n" + trailer + b"\r\n"


def odd_pages() -> dict[str, Page]:
    """Responses that tools have been seen to stumble over, by what is odd about them."""
    html = article_html()
    packed = gzip.compress(html, mtime=0)
    plain = "HTTP/1.1 200 OK\nContent-Type: text/html"
    return {
        "chunked": page(html, head=f"{plain}\nTransfer-Encoding: chunked", body=chunked(html)),
        "chunked-trailer": page(
            html, head=f"{plain}\nTransfer-Encoding: chunked", body=chunked(html, trailer=b"A: b\r\n")
        ),
        "gzip": page(html, head=f"{plain}\nContent-Encoding: gzip\nContent-Length: {len(packed)}", body=packed),
        "gzip-chunked": page(
            html, head=f"{plain}\nContent-Encoding: gzip\nTransfer-Encoding: chunked", body=chunked(packed)
        ),
        "duplicate-headers": page(html, head=f"{plain}\nSet-Cookie: a=1\nSet-Cookie: b=2\nX-Odd:no space\nx-odd:  two"),
        "latin-1-header": page(html, head=f"{plain}\nX-Title: F\xe4hre \xfcber Nacht"),
        "folded-header": page(html, head=f"{plain}\nX-Long: one\n two"),
        "empty-body": page(b"", head=f"{plain}\nContent-Length: 0"),
        "no-content": page(b"", status=204, head="HTTP/1.1 204 No Content\nDate: Sun, 22 Nov 2026 08:30:15 GMT"),
        "no-phrase": page(html, head="HTTP/1.1 200\nContent-Type: text/html"),
        "not-utf-8": page(b"<p>\xff\xfe\x80 \r\n\r\n\r\n bytes</p>"),
        "looks-like-warc": page(b"\r\n\r\nWARC/1.1\r\nWARC-Type: response\r\n\r\n"),
    }
