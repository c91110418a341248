"""`cleaner clean`: pages in, clean articles out."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import typer

from cleaner.article import Article, CleanedText
from cleaner.cli import terminal
from cleaner.cli.choices import Cleaning, Fetching, Format, Saying, with_records
from cleaner.cli.sources import STDIN, is_url, named_sources, page_from
from cleaner.errors import CleanerError, UsageError
from cleaner.parse import decode
from cleaner.pipeline import clean, clean_text
from cleaner.text import slug

__all__ = ["clean_command"]

EXIT_SOME_FAILED = 1
EXIT_NO_ARTICLE = 3

_Result: TypeAlias = Article | CleanedText
_RENDERERS: dict[Format, Callable[[Article], str]] = {
    Format.TXT: lambda article: article.text,
    Format.MD: lambda article: article.markdown,
    Format.HTML: lambda article: article.html,
}


@dataclass(frozen=True, kw_only=True)
class Cleaned:
    """What goes out and how."""

    form: Annotated[Format | None, typer.Option("--format", "-f", help="txt (default), md, html, json or jsonl.")] = (
        None
    )
    out: Annotated[
        Path | None, typer.Option("-o", metavar="PATH", help="Write to this file; for several sources, a folder.")
    ] = None
    text: Annotated[bool, typer.Option("--text", help="The input is plain text, not HTML.")] = False
    url: Annotated[str | None, typer.Option(metavar="BASE", help="Address of a page that comes from a file.")] = None


@with_records
def clean_command(
    sources: Annotated[list[str] | None, typer.Argument(metavar="SOURCE...", help="URL, file, or - for stdin.")] = None,
    *,
    cleaned: Cleaned,
    cleaning: Cleaning,
    fetching: Fetching,
    saying: Saying,
) -> int:
    """Clean pages and print the articles.

    Example: cleaner clean --explain page.html
    """
    named = named_sources(sources)
    job = _Job(cleaned=cleaned, cleaning=cleaning, fetching=fetching, saying=saying, several=len(named) > 1)
    job.check()
    codes = [job.one(source) for source in named]
    if len(codes) == 1:
        return codes[0]
    return EXIT_SOME_FAILED if any(codes) else 0


@dataclass(frozen=True, kw_only=True)
class _Job:
    """One run of the command: its options, and whether several sources were named."""

    cleaned: Cleaned
    cleaning: Cleaning
    fetching: Fetching
    saying: Saying
    several: bool

    def check(self) -> None:
        """Refuses options that contradict each other before anything is read."""
        if self.cleaned.text and self.form in (Format.HTML, Format.MD):
            raise UsageError(f"--text has no {self.form} form", hint="use -f txt or -f json")
        if self.several and self.cleaned.out is not None and not self.cleaned.out.is_dir():
            raise UsageError(
                "several sources need a folder", where=str(self.cleaned.out), hint="create it, then -o FOLDER"
            )
        self.cleaning.policy(self.fetching.max_bytes)

    @property
    def form(self) -> Format:
        """The format asked for; JSON lines where --json speaks."""
        return self.cleaned.form or (Format.JSONL if self.saying.json else Format.TXT)

    def one(self, source: str) -> int:
        """Exit code of one source, its product written and its errors said."""
        try:
            result = self._result(source)
            self._write(source, result)
        except CleanerError as error:
            named = error if error.where else _at(error, source)
            terminal.report_error(named, json_lines=self.saying.json)
            return error.exit_code
        if self.cleaning.explain and not self.saying.quiet:
            terminal.explain(result.dropped, result.edits)
        if isinstance(result, Article) and result.reason:
            self._say_why_not(source, result)
            return EXIT_NO_ARTICLE
        return 0

    def _result(self, source: str) -> _Result:
        policy = self.cleaning.policy(self.fetching.max_bytes)
        page = page_from(source, self.fetching)
        if self.cleaned.text:
            return clean_text(decode(page.content, page.content_type).text, policy=policy)
        return clean(replace(page, url=self.cleaned.url) if self.cleaned.url else page, policy=policy)

    def _write(self, source: str, result: _Result) -> None:
        if isinstance(result, Article) and result.reason and self.form not in (Format.JSON, Format.JSONL):
            return
        if self.cleaned.out is None:
            self._print(result)
            return
        path = self.cleaned.out
        if path.is_dir():
            path = _free(path / f"{_name(source, result)}.{self.form}")
        terminal.write_file(path, self._rendered(result) + "\n")
        terminal.note(f"wrote {path}", quiet=self.saying.quiet)

    def _print(self, result: _Result) -> None:
        if self.form is Format.JSONL:
            terminal.product_json(result.to_dict())
        else:
            terminal.product(self._rendered(result))

    def _rendered(self, result: _Result) -> str:
        if self.form in (Format.JSON, Format.JSONL):
            return terminal.as_json(result.to_dict(), indent=2 if self.form is Format.JSON else None)
        return result.text if isinstance(result, CleanedText) else _RENDERERS[self.form](result)

    def _say_why_not(self, source: str, article: Article) -> None:
        assert article.reason is not None
        message = f"no article found: {article.reason.evidence}"
        hint = "see what was dropped with --explain=all, or name the article's element with --keep CSS"
        error = CleanerError(message, where=_shown(source), hint=hint, code=str(article.reason.code))
        terminal.report_error(error, json_lines=self.saying.json)


def _at(error: CleanerError, source: str) -> CleanerError:
    return type(error)(error.message, where=_shown(source), hint=error.hint, code=error.code)


def _shown(source: str) -> str:
    return "standard input" if source == STDIN else source


def _name(source: str, result: _Result) -> str:
    """File name without suffix: the article's title, else the file's or address's last part."""
    title: Any = result.meta.title if isinstance(result, Article) else None
    last = source.rstrip("/").rpartition("/")[2] if is_url(source) else Path(source).stem
    return slug(title or ("stdin" if source == STDIN else last))


def _free(path: Path) -> Path:
    """The path, or one with a number where that file exists: nothing is overwritten in a folder."""
    number = 2
    found = path
    while found.exists():
        found = path.with_name(f"{path.stem}-{number}{path.suffix}")
        number += 1
    return found
