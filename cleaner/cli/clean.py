"""`cleaner clean`: pages in, clean articles out."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from cleaner.cli import terminal
from cleaner.cli.choices import Cleaning, Fetching, Format, Saying, with_records
from cleaner.cli.results import Result, Way, chosen_format, chosen_way
from cleaner.cli.sources import STDIN, fetch_options, holds_many, is_url, named_sources, pages_from, shown
from cleaner.cli.tally import Tally, reason_error
from cleaner.errors import CleanerError, UsageError
from cleaner.model import Page, Reason, ReasonCode
from cleaner.policy import Policy

__all__ = ["clean_command"]

_SEE = "see what was dropped with --explain=all, or name the article's element with --keep CSS"
_HINTS = {
    ReasonCode.EMPTY: "was the page saved whole?",
    ReasonCode.NOT_HTML: "HTML is what can be cleaned; for plain text give --text",
    ReasonCode.ERROR_PAGE: "is the address right?",
}


@dataclass(frozen=True, kw_only=True)
class Cleaned:
    """What goes out and how."""

    form: Annotated[
        Format | None,
        typer.Option("--format", "-f", metavar="FORMAT", help="txt (default), md, html, json, jsonl or tei."),
    ] = None
    out: Annotated[
        Path | None,
        typer.Option("-o", metavar="PATH", help="Write to this file, or into this folder (several sources need one)."),
    ] = None
    text: Annotated[bool, typer.Option("--text", help="The input is plain text, not HTML.")] = False
    url: Annotated[
        str | None, typer.Option(metavar="BASE", help="The address that a page from a file had; makes links whole.")
    ] = None


@with_records
def clean_command(
    sources: Annotated[
        list[str] | None, typer.Argument(metavar="SOURCE", help="URL, file, WARC, or - for standard input.")
    ] = None,
    *,
    cleaned: Cleaned,
    cleaning: Cleaning,
    fetching: Fetching,
    saying: Saying,
) -> int:
    """Clean pages and print the articles.

    Example: cleaner clean --explain page.html
    """
    cleaned = replace(cleaned, out=None if str(cleaned.out) == STDIN else cleaned.out)
    named = named_sources(sources)
    policy = cleaning.policy(fetching.max_bytes)
    form = chosen_format(cleaned.form, cleaned.out, json_rows=saying.json)
    _check(cleaned, form)
    if any(map(is_url, named)):
        fetch_options(fetching)  # a header that cannot be sent is refused before anything is read
    several = len(named) > 1 or holds_many(named[0])
    way = chosen_way(cleaned.out, form, several=several)
    job = _Job(cleaned=cleaned, policy=policy, explains=cleaning.explain is not None, saying=saying, several=several)
    return job.run(named, fetching, way)


def _check(cleaned: Cleaned, form: Format) -> None:
    if cleaned.text and form in (Format.HTML, Format.MD, Format.TEI):
        raise UsageError(f"--text has no {form} form", hint="use -f txt or -f json")
    if cleaned.url is not None and not cleaned.url.lower().startswith(("http://", "https://")):
        raise UsageError(f"--url {cleaned.url} is no web address", hint="write it whole: https://host/path")


@dataclass(frozen=True, kw_only=True)
class _Job:
    """One run of the command."""

    cleaned: Cleaned
    policy: Policy
    explains: bool
    saying: Saying
    several: bool

    def run(self, named: list[str], fetching: Fetching, way: Way) -> int:
        """Exit code of all sources, their products written and their errors said."""
        tally = Tally(json_lines=self.saying.json)
        with way:
            for source in named:
                self._source(source, fetching, way, tally)
            written = way.finish()
        for path in written:
            terminal.note(f"wrote {path}", wanted=self.saying.notes)
        return tally.exit_code

    def _source(self, source: str, fetching: Fetching, way: Way, tally: Tally) -> None:
        pages = pages_from(source, fetching, self.policy)
        count = 0
        while True:
            page: Page | CleanerError | None = None
            try:
                page = next(pages, None)
            except CleanerError as error:
                return tally.fail(error, shown(source))
            if page is None:
                break
            count += 1
            self._page(source, page, way, tally)
        if not count:
            nothing = Reason(code=ReasonCode.NO_CONTENT, evidence="no record of this WARC is an HTML page")
            tally.fail(reason_error(nothing, shown(source), "is there a response or resource record in it?"), source)
        return None

    def _page(self, source: str, page: Page | CleanerError, way: Way, tally: Tally) -> None:
        where = (None if isinstance(page, CleanerError) else page.url) or shown(source)
        with tally.item(where):
            if isinstance(page, CleanerError):
                raise page
            result = self._result(source, page)
            path = way.put(result)
            self._say(result, path)
            if result.article and result.article.reason:
                reason = result.article.reason
                raise reason_error(reason, result.where, _HINTS.get(reason.code, _SEE))

    def _result(self, source: str, page: Page) -> Result:
        from cleaner.parse import decode
        from cleaner.pipeline import clean, clean_text

        if self.cleaned.text:
            text = decode(page.content, page.content_type).text
            return Result(source=source, page=page, cleaned=clean_text(text, policy=self.policy))
        page = replace(page, url=page.url or self.cleaned.url)
        return Result(source=source, page=page, cleaned=clean(page, policy=self.policy))

    def _say(self, result: Result, path: Path | None) -> None:
        if self.saying.json:
            if self.cleaned.out is not None:
                terminal.product_json({"path": str(path) if path else None, **result.row()})
            return
        if self.explains:
            if self.several:
                terminal.note(f"explained  {result.where}")
            terminal.explain(result.cleaned.dropped, result.cleaned.edits)
            self._count_outside(result)

    def _count_outside(self, result: Result) -> None:
        outside = sum(result.article.outside.values()) if result.article else 0
        if outside and self.policy.explain != "all" and self.saying.notes:
            terminal.note(f"outside  {outside} blocks before and after the article; --explain=all lists them")
