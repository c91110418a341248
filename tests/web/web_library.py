"""An archive with something to see in it: articles, two texts of one, a picture, a failure, a page that means harm."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cleaner.archive import Archive
from cleaner.fetch.feeds import Listed
from cleaner.jobs.crawl.frontier import Frontier
from cleaner.jobs.crawl.schema import Standing
from cleaner.jobs.crawl.state import frontier_path
from cleaner.model import Exchange, Page

DEMO = Path(__file__).resolve().parents[2] / "fixtures" / "demo"
HOST = "127.0.0.1:8017"
AT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SITE = "https://quayside.example"
FERRY = f"{SITE}/news/ferry.html"
EVIL = "https://evil.example/<script>alert(1)</script>"
# Everything that an archived page could try: each must stay dead on every page of ours.
PAYLOAD = """<!DOCTYPE html><html><head><title>Evil &lt;img src=x onerror=alert(2)&gt; & co</title>
<script>alert(3)</script><meta http-equiv="refresh" content="0;url=http://127.0.0.1:1/refresh">
<link rel="preconnect" href="http://127.0.0.1:1/"><link rel="stylesheet" href="http://127.0.0.1:1/style.css"><base href="http://127.0.0.1:1/">
<style>@import url(http://127.0.0.1:1/import.css); body { background: url(http://127.0.0.1:1/bg.png) }</style></head>
<body onload="alert(4)"><article><h1 onclick="alert(5)">Evil &lt;script&gt;alert(6)&lt;/script&gt; comes ashore</h1>
<p>The first paragraph says &lt;script&gt;alert(7)&lt;/script&gt; and means every word of it, as the harbour master noted that night.</p>
<p>Advertisement</p><img src="http://127.0.0.1:1/picture.png"
srcset="http://127.0.0.1:1/a.png 2x" onerror="alert(8)">

<p style="background:url(http://127.0.0.1:1/inline.png)">
The second paragraph has <a href="javascript:alert(9)">a link</a> that leads nowhere good.</p>
<iframe src="http://127.0.0.1:1/frame" srcdoc="<script>alert(10)</script>"></iframe><object data="http://127.0.0.1:1/o"></object>
<svg><script>alert(11)</script><image href="http://127.0.0.1:1/svg.png"/></svg>
<form action="http://127.0.0.1:1/form"><input name=a autofocus onfocus="alert(12)"></form>
<video src="http://127.0.0.1:1/v.mp4" autoplay poster="http://127.0.0.1:1/poster.png"></video>
<p>The third paragraph ends the story quietly, as the tide went out and took the boats along with it.</p></article></body></html>"""


def kept(content: bytes, url: str, at: datetime, *, kind: str = "text/html; charset=utf-8", status: int = 200) -> Page:
    """One page as it would have been fetched."""
    head = f"HTTP/1.1 {status} OK\r\nContent-Type: {kind}\r\nContent-Length: {len(content)}\r\nX-Powered-By: <b>steam</b>\r\n\r\n"
    sent = Exchange(
        url=url, request=b"GET / HTTP/1.1\r\n\r\n", response=head.encode() + content, status=status, started_at=at
    )
    return Page(content=content, url=url, content_type=kind, status=status, fetched_at=at, exchanges=(sent,))


def demo(name: str) -> bytes:
    return (DEMO / name).read_bytes().replace(b"{{BASE}}", SITE.encode())


def pictured() -> Page:
    """An article with a picture that the archive holds and one that it does not."""
    text = "<p>" + "The quay was painted green in the spring, and nobody has said who paid for all of it. " * 3 + "</p>"
    pictures = {"The quay": f"{SITE}/quay.png", "Elsewhere": "https://cdn.example/x.png"}
    figures = text.join(f'<figure><img src="{src}" alt="{alt}"></figure>' for alt, src in pictures.items())
    html = f"<html><title>Green quay</title><article><h1>Green quay</h1>{text}{figures}{text}</article></html>"
    return kept(html.encode(), f"{SITE}/green", AT)


@dataclass(frozen=True)
class Library:
    """The archive's folder, and the ids of its captures by name."""

    path: Path
    ids: dict[str, str]


def missed(path: Path) -> None:
    """Nothing; a crawl of the archive could not have two addresses."""
    at = AT.timestamp()
    with Frontier(frontier_path(path, "papers")) as frontier:
        frontier.offer([Listed(url=f"{SITE}/late"), Listed(url=f"{SITE}/<b>private</b>")], "quayside", 0, at)
        late, private = frontier.lease("quayside", "quayside.example", at, 2)
        slow = Standing(
            due=at + 3600, visited_at=at, seen_mark=None, failures=3, error="timeout", message="no answer in 15 s"
        )
        frontier.settle(late, slow)
        frontier.refuse(private, "robots", "robots.txt forbids it", at + 86400)


def fill(path: Path, trap: int = 1) -> Library:
    """An archive with articles, two texts of one, a picture, a failure and a page that means harm by way of that port."""
    ferry = demo("news/ferry.html")
    later = ferry.replace(b"forty berths", b"forty-two berths").replace(b"nine minutes past eleven", b"ten past eleven")
    pages = {
        "picture": kept((DEMO / "quay.png").read_bytes(), f"{SITE}/quay.png", AT, kind="image/png"),
        "ferry": kept(ferry, FERRY, AT),
        "changed": kept(later, FERRY, AT + DAY),
        "unchanged": kept(later, FERRY, AT + 2 * DAY),
        "clockmakers": kept(demo("news/clockmakers.html"), f"{SITE}/news/clockmakers.html", AT + 3 * DAY),
        "orchard": kept(demo("news/orchard.html"), f"{SITE}/news/orchard.html", AT + 3 * DAY),
        "gone": kept(b"<h1>gone</h1>", f"{SITE}/news/gone", AT + 4 * DAY, status=404),
        "evil": kept(PAYLOAD.replace("127.0.0.1:1/", f"127.0.0.1:{trap}/").encode(), EVIL, AT + 4 * DAY),
        "file": replace(kept(ferry, FERRY, AT + 4 * DAY), url=None, exchanges=(), status=None),
    }
    with Archive(path, fsync=False) as archive:
        missed(path)
        return Library(path, {name: archive.add(page).id for name, page in pages.items()})
