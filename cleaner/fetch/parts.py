"""The further pages of an article that is spread over several, fetched where the rules of its site name the links."""

from dataclasses import dataclass, replace

from cleaner import urls
from cleaner.errors import CleanerError, LimitError
from cleaner.fetch.client import Client, require_page
from cleaner.fetch.options import FetchOptions
from cleaner.model import Page
from cleaner.policy import Policy

__all__ = ["MAX_PARTS", "Fetched", "fetch_article", "with_parts"]

MAX_PARTS = 20  # further pages of one article; a chain that goes on is no article's


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A page as it came, the error that ended its own way, and the error that ended the way to its further parts."""

    page: Page
    failure: CleanerError | None = None
    missed: CleanerError | None = None


def fetch_article(url: str, policy: Policy, options: FetchOptions) -> Fetched:
    """What came of asking for the URL and its further parts; raises the error that ended it where nothing came at all."""
    with Client(options) as client:
        visit = client.visit(url)
        if visit.page and not visit.error:
            page, missed = with_parts(visit.page, policy, client)
            return Fetched(page=page, missed=missed)
    if visit.kept is None:
        assert visit.error is not None, "a way that brought nothing says why"
        raise visit.error
    return Fetched(page=visit.kept, failure=visit.error)


def with_parts(page: Page, policy: Policy, client: Client) -> tuple[Page, CleanerError | None]:
    """The page with its further parts as far as they came, and what ended the way before its end.

    The whole article on one page, where the site's rules link to it, is the one part; else each page links to the next. Only
    pages of the same host are asked for, none twice.
    """
    from cleaner.pipeline import named_link  # half a second that only those pay who clean

    single = _fresh(page, named_link(page, policy, "single_page_link"), ())
    if single:
        part, error = _fetched(single, page, client)
        return replace(page, parts=(part,)) if part else page, error
    parts: list[Page] = []
    while link := _fresh(page, named_link((parts or [page])[-1], policy, "next_page_link"), parts):
        if len(parts) == MAX_PARTS:
            error = LimitError(
                f"more than {MAX_PARTS} further pages", where=link, hint="the next_page_link names too much"
            )
            return replace(page, parts=tuple(parts)), error
        part, error = _fetched(link, page, client)
        parts += [part] if part else []
        if error:
            return replace(page, parts=tuple(parts)), error
    return replace(page, parts=tuple(parts)) if parts else page, None


def _fresh(page: Page, link: str | None, parts: "tuple[Page, ...] | list[Page]") -> str | None:
    """The link, where it leads to a page of the same host that is not here yet."""
    if link is None or not _is_home(page, link):
        return None
    known = {urls.key(one.url) for one in (page, *parts) if one.url}
    return None if urls.key(link) in known else link


def _is_home(page: Page, url: str) -> bool:
    return urls.host(url).removeprefix("www.") == urls.host(page.url or "").removeprefix("www.")


def _fetched(url: str, page: Page, client: Client) -> tuple[Page | None, CleanerError | None]:
    """The part, and why it is none or not whole; one that was led away to another host is not taken."""
    visit = client.visit(url)
    if visit.page is None or visit.error:
        return visit.kept, visit.error
    if not _is_home(page, visit.page.url or ""):
        hint = "its parts must be on the host of the first one"
        return None, LimitError(f"leads to another host, {visit.page.url}", where=url, hint=hint)
    try:
        return require_page(visit.page), None
    except CleanerError as error:
        return visit.page, error
