"""`cleaner add`: fetch pages, clean them, keep both the article and the untouched original."""

from pathlib import Path
from typing import Annotated, Any

import typer

from cleaner.archive import Archive, Kept
from cleaner.cli import terminal
from cleaner.cli.choices import ArchiveChoice, Cleaning, Fetching, Saying, with_records
from cleaner.cli.sources import fetch_options, is_url, named_sources, page_from
from cleaner.errors import CleanerError, StatusError
from cleaner.model import ReasonCode

__all__ = ["add_command"]

EXIT_SOME_FAILED = 1
EXIT_NO_ARTICLE = 3


@with_records
def add_command(
    sources: Annotated[list[str], typer.Argument(metavar="URL...", help="Addresses, files, or - for stdin.")],
    *,
    archive: ArchiveChoice,
    cleaning: Cleaning,
    fetching: Fetching,
    saying: Saying,
) -> int:
    """Fetch, clean and archive pages; print the clean text and say where each was kept.

    Example: cleaner add https://example.org/ferry -a archive
    """
    folder = archive.path()
    policy, options = cleaning.policy(fetching.max_bytes), fetch_options(fetching)
    with Archive(folder) as opened:
        for warning in opened.warnings:
            terminal.note(f"cleaner: warning: {warning}")
        codes = []
        for source in named_sources(sources):
            try:
                page = source if is_url(source) else page_from(source, fetching)
                kept = opened.add(page, policy=policy, options=options)
            except CleanerError as error:
                terminal.report_error(error, json_lines=saying.json)
                codes.append(error.exit_code)
                continue
            _say(folder, kept, cleaning, saying)
            codes.append(_outcome(source, kept, saying))
    return codes[0] if len(codes) == 1 else EXIT_SOME_FAILED * any(codes)


def _say(folder: Path, kept: Kept, cleaning: Cleaning, saying: Saying) -> None:
    if saying.json:
        terminal.product_json(_row(kept))
    elif kept.article.text and not saying.quiet:
        terminal.product(kept.article.text)
    if saying.quiet or saying.json:
        return
    if cleaning.explain:
        terminal.explain(kept.article.dropped, kept.article.edits)
    terminal.note(f"original  {folder / kept.original_file} at byte {kept.original_offset}{_again(kept)}")
    terminal.note(f"article   {folder / kept.article_file} at byte {kept.article_offset}")
    if kept.text_file:
        terminal.note(f"text      {folder / kept.text_file}{'' if kept.changed else ' (unchanged)'}")


def _again(kept: Kept) -> str:
    return " (same body as before: a revisit record)" if kept.revisit else ""


def _row(kept: Kept) -> dict[str, Any]:
    names = ("id", "url", "version", "changed", "revisit", "original_file", "original_offset", "article_file")
    row = {name: getattr(kept, name) for name in (*names, "article_offset", "text_file")}
    return {**row, "article": kept.article.to_dict()}


def _outcome(source: str, kept: Kept, saying: Saying) -> int:
    """Exit code for a page that is now kept: 0 with an article, 5 for an error page, 3 for any other reason."""
    reason = kept.article.reason
    if reason is None:
        return 0
    where, note = kept.url or source, f"the original is kept as {kept.id}"
    if reason.code is ReasonCode.ERROR_PAGE:
        error: CleanerError = StatusError(reason.evidence, where=where, hint=f"{note}; is the address right?")
        code = error.exit_code
    else:
        error = CleanerError(f"no article found: {reason.evidence}", where=where, hint=note, code=str(reason.code))
        code = EXIT_NO_ARTICLE
    terminal.report_error(error, json_lines=saying.json)
    return code
