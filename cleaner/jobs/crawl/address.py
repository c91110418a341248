"""Addresses as the crawl sees them: one form a page, variants folded, traps known by their looks. Pure text."""

import re
from datetime import date
from urllib.parse import urlsplit

from cleaner import urls

__all__ = [
    "authority",
    "folded",
    "matches",
    "no_page",
    "normal",
    "origin",
    "plainness",
    "same_site",
    "shape",
    "stands_for",
    "trap",
]

MAX_URL_CHARS = 2_000  # what the oldest browsers took; sites write longer ones into traps and share buttons only
MAX_SAME_SEGMENTS = 3  # /a/b/a/b/a/b grows for ever; three of a kind stand in no article's address
MAX_SEGMENTS = 16
MAX_PARAMETERS = 10
FIRST_YEAR = 1990  # the first web page; archives of older papers have dates as well, but with a title behind them

_ORIGIN = re.compile(r"[^:/?#]*://[^/?#]*")
_PATH_END = re.compile(r"[?#]")
_SESSION = re.compile(
    r"(?:jsessionid|phpsessid|aspsessionid\w*|sessionid|session_id|sid|cfid|cftoken)=[A-Za-z0-9!._-]{8,}&?",
    re.IGNORECASE,
)
_PATH_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#]*", re.IGNORECASE)
_VARIANT_SEGMENTS = frozenset({"amp", "print", "printable", "drucken", "imprimer"})
_VARIANT_PARAMETER = re.compile(
    r"(?:amp|print|printview|printable|output_?type|outputtype)(?:=(?:1|amp|print|true|yes|))?", re.IGNORECASE
)
_NUMBERING = re.compile(r"(?:p|pg|page|paged|pagenum|seite|start|offset|from|n|id|\w*id|q|s)", re.IGNORECASE)
_CALENDAR = re.compile(
    r"(?:calendar|calendrier|kalender|kalendar|calendario|agenda|tribe-bar-date|ical)", re.IGNORECASE
)
_CALENDAR_KEYS = frozenset({"year", "month", "week", "day", "date", "tribe-bar-date", "ical"})
_DATE_PATH = re.compile(r"/(\d{4})(?:[/-](\d{1,2}))?(?:[/-](\d{1,2}))?/?$")
_NO_PAGE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|avif|svg|ico|css|js|mjs|json|xml|rss|atom|pdf|zip|gz|tgz|bz2|7z|rar|exe|dmg|apk|mp[34]|m4[av]|"
    r"webm|mov|avi|wav|ogg|flac|docx?|xlsx?|pptx?|odt|epub|mobi|woff2?|ttf|eot|swf|ics)$",
    re.IGNORECASE,
)


def normal(url: str) -> str | None:
    """The address in its one form, without fragment, tracking and session ids; None for no web address."""
    found = urls.absolute(url)
    if not found or not found.startswith(("http://", "https://")):
        return None
    bare = _PATH_SESSION.sub("", found.partition("#")[0])
    path, question, query = bare.partition("?")
    query = _SESSION.sub("", query).rstrip("&")
    return urls.key(f"{path}{question if query else ''}{query}")


def folded(url: str) -> str:
    """What AMP, print, www and http forms of one page share; never fetched, only compared."""
    parts = urlsplit(url)
    host = parts.netloc.removeprefix("www.").removeprefix("amp.").removeprefix("m.")
    segments = [s for s in parts.path.split("/") if s and s.lower() not in _VARIANT_SEGMENTS]
    path = "/".join(segments)
    path = re.sub(r"\.amp(?=\.html?$)|\.amp$|(?:(?<=/)|^)index\.(?:html?|php|aspx?)$", "", path).rstrip("/")
    query = "&".join(pair for pair in parts.query.split("&") if pair and not _VARIANT_PARAMETER.fullmatch(pair))
    return f"{host}/{path}" + (f"?{query}" if query else "")


def authority(url: str) -> str:
    """Host and port of a normal address: whom the crawl is polite to."""
    return origin(url).partition("://")[2]


def plainness(url: str) -> tuple[bool, int]:
    """Orders the forms of one page: https first, then the shortest."""
    return (not url.startswith("https://"), len(url))


def stands_for(url: str, canonical: str) -> bool:
    """Whether `canonical` may be believed to be the same page: equal but for a variant's marks and idle parameters.

    Sites that name their home page, or the first of ten pages, as canonical of everything would lose pages otherwise.
    """
    own, _, own_query = folded(url).partition("?")
    other, _, other_query = folded(canonical).partition("?")
    if own != other:
        return False
    extra = set(own_query.split("&")) ^ set(other_query.split("&"))
    return not any(_NUMBERING.fullmatch(pair.partition("=")[0]) for pair in extra if pair)


def origin(url: str) -> str:
    """Scheme, host and port of an address as `normal` writes it."""
    found = _ORIGIN.match(url)
    return found[0] if found else url


def same_site(url: str, other: str) -> bool:
    """Whether both stand on one host, with or without www."""
    return urls.host(url).removeprefix("www.") == urls.host(other).removeprefix("www.")


def shape(url: str) -> str:
    """What addresses made by one template share: digits as `0`, the last segment and the values of parameters left out."""
    parts = urlsplit(url)
    path = re.sub(r"\d+", "0", parts.path.rpartition("/")[0])
    keys = "&".join(sorted({pair.partition("=")[0] for pair in parts.query.split("&") if pair}))
    return f"{path}/?{keys}" if keys else f"{path}/"


def no_page(url: str) -> str | None:
    """Why `url` cannot be an article's; None where it can."""
    if len(url) > MAX_URL_CHARS:
        return "too-long"
    return "no-page" if _NO_PAGE.search(_PATH_END.split(url[len(origin(url)) :], 1)[0]) else None


def trap(url: str, today: date) -> str | None:
    """Why a link to `url` leads into a trap or to no page; None where nothing speaks against it."""
    if why := no_page(url):
        return why
    parts = urlsplit(url)
    segments = [segment for segment in parts.path.split("/") if segment]
    if len(segments) > MAX_SEGMENTS or any(segments.count(one) >= MAX_SAME_SEGMENTS for one in set(segments)):
        return "repeated-segments"
    pairs = [pair for pair in parts.query.split("&") if pair]
    if len(pairs) > MAX_PARAMETERS:
        return "too-many-parameters"
    return "calendar" if _in_calendar(parts.path, pairs, today) else None


def _in_calendar(path: str, pairs: list[str], today: date) -> bool:
    keys = {pair.partition("=")[0].lower() for pair in pairs}
    if keys & _CALENDAR_KEYS and (len(keys & _CALENDAR_KEYS) > 1 or _CALENDAR.search(path)):
        return True
    if _CALENDAR.search(path) and re.search(r"\d", path + "".join(pairs)):
        return True
    dated = _DATE_PATH.search(path)
    return dated is not None and not FIRST_YEAR <= int(dated[1]) <= today.year + (today.month == 12)  # noqa: PLR2004 - December


def matches(pattern: str, url: str) -> bool:
    """Whether the glob fits: `/…` the path with its query, `…://…` or `*…` the whole address, else host and path.

    `*` stands for any characters, slashes too; all others for themselves.
    """
    whole = url.partition("#")[0]
    rest = whole.partition("://")[2]
    subject = (
        "/" + rest.partition("/")[2]
        if pattern.startswith("/")
        else whole
        if "://" in pattern or pattern.startswith("*")
        else rest
    )
    return _glob(pattern, subject)


def _glob(pattern: str, subject: str) -> bool:
    """Piece by piece from the left, so no pattern and no address make it slow."""
    first, *rest = pattern.split("*")
    if not rest:
        return pattern == subject
    if not subject.startswith(first):
        return False
    at, last = len(first), rest.pop()
    for piece in rest:
        found = subject.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return len(subject) - at >= len(last) and subject.endswith(last)
