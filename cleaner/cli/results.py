"""Cleaned results on their way out: how each is rendered, and where it goes (screen, one file, a folder)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeAlias

from cleaner.cli import terminal
from cleaner.cli.choices import Format
from cleaner.cli.disk import WholeFile, free_name, make_folder, write_whole
from cleaner.cli.sources import STDIN, is_url, shown
from cleaner.errors import UsageError
from cleaner.model import Page
from cleaner.text import slug

if TYPE_CHECKING:
    from cleaner.article import Article, CleanedText

__all__ = ["Result", "Way", "chosen_format", "chosen_way", "heading"]

Cleaned: TypeAlias = "Article | CleanedText"

_JSON = (Format.JSON, Format.JSONL)
SUFFIXES = {Format.TEI: "xml"}  # of files, where it is not the format's own name
_RENDERERS: dict[Format, Callable[["Article"], str]] = {
    Format.TXT: lambda article: article.text,
    Format.MD: lambda article: article.markdown,
    Format.HTML: lambda article: article.html,
    Format.TEI: lambda article: article.tei,
}


@dataclass(frozen=True, kw_only=True)
class Result:
    """One page of one source, cleaned."""

    source: str
    page: Page
    cleaned: Cleaned

    @property
    def where(self) -> str:
        """What errors and headings call it: the page's own address where it has one."""
        return self.page.url or shown(self.source)

    @property
    def article(self) -> "Article | None":
        """The article, of HTML; None for plain text."""
        from cleaner.article import Article

        return self.cleaned if isinstance(self.cleaned, Article) else None

    @property
    def is_article(self) -> bool:
        """Whether there is something to print."""
        return self.article is None or self.article.reason is None

    def row(self) -> dict[str, Any]:
        """The result as JSON-ready values, with the source named and the time the page was received."""
        fetched_at = self.page.fetched_at.isoformat() if self.page.fetched_at else None
        return {"source": self.source, "fetched_at": fetched_at, **self.cleaned.to_dict()}

    def rendered(self, form: Format) -> str:
        """The result in this format."""
        if form in _JSON:
            return terminal.as_json(self.row(), indent=2 if form is Format.JSON else None)
        return _RENDERERS[form](self.article) if self.article else self.cleaned.text.removesuffix("\n")

    @property
    def name(self) -> str:
        """File name without suffix: the article's title, else the address's or file's last part."""
        title = self.article.meta.title if self.article else None
        address = self.page.url or (self.source if is_url(self.source) else None)
        last = address.partition("?")[0].rstrip("/").rpartition("/")[2] if address else Path(self.source).stem
        return slug(title or ("stdin" if self.source == STDIN and not address else last))


def heading(where: str, form: Format = Format.TXT) -> str:
    """The line that tells one of several articles from the next; a comment where the format has them."""
    if form is Format.TXT:
        return f"==> {where} <=="
    return f"<!-- {where.replace('--', '-%2D').replace('>', '%3E')} -->"


def chosen_format(given: Format | None, out: Path | None, *, json_rows: bool) -> Format:
    """The format asked for; else what the file's name ends in, JSON lines for --json, or plain text."""
    if out is None and json_rows:
        if given not in (None, *_JSON):
            raise UsageError(
                f"-f {given} and --json contradict each other", hint="leave one out, or write with -o PATH"
            )
        return Format.JSONL
    suffix = out.suffix[1:].lower() if out is not None and not out.is_dir() else ""
    return given or ({**{form.value: form for form in Format}, "xml": Format.TEI}.get(suffix, Format.TXT))


class Way:
    """Where results go: to the screen. A context manager; only what `finish` was called for stays."""

    def __init__(self, form: Format, *, several: bool) -> None:
        self._form, self._several, self._first = form, several, True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to leave behind."""

    def put(self, result: Result) -> Path | None:
        """The file it goes into; None on the screen, and where there is nothing to write."""
        if self._form is Format.JSONL:
            terminal.product_json(result.row())
        elif result.is_article or self._form is Format.JSON:
            self._print(result)
        return None

    def _print(self, result: Result) -> None:
        if self._several and self._form is not Format.JSON:
            gap = "" if self._first else "\n"
            terminal.product(f"{gap}{heading(result.where, self._form)}")
            self._first = False
        terminal.product(result.rendered(self._form))

    def finish(self) -> Iterable[Path]:
        """The files that were written."""
        return ()


class _OneFile(Way):
    """Results go into one file, whole or not at all: the only one, or all of them as JSON lines."""

    def __init__(self, path: Path, form: Format) -> None:
        super().__init__(form, several=False)
        self._path, self._file, self._has_lines = path, WholeFile(path), False

    def __exit__(self, *raised: object) -> None:
        self._file.__exit__(*raised)

    def put(self, result: Result) -> Path | None:
        if not result.is_article and self._form not in _JSON:
            return None
        self._file.write(result.rendered(self._form))
        self._has_lines = True
        return self._path

    def finish(self) -> Iterable[Path]:
        if not self._has_lines:
            return ()
        self._file.keep()
        return (self._path,)


class _Folder(Way):
    """Each result goes into a file of its own; nothing that is there is overwritten."""

    def __init__(self, path: Path, form: Format) -> None:
        super().__init__(form, several=True)
        self._path = path
        self._written: list[Path] = []

    def put(self, result: Result) -> Path | None:
        if not result.is_article and self._form not in _JSON:
            return None
        make_folder(self._path)
        path = free_name(self._path / f"{result.name}.{SUFFIXES.get(self._form, self._form)}")
        write_whole(path, result.rendered(self._form))
        self._written.append(path)
        return path

    def finish(self) -> Iterable[Path]:
        return self._written


def chosen_way(out: Path | None, form: Format, *, several: bool) -> Way:
    """Where results go; a folder for several that is missing is made when it is needed. Raises UsageError."""
    if out is None:
        return Way(form, several=several)
    if out.is_dir():
        return _Folder(out, form)
    if not out.parent.is_dir():
        raise UsageError("there is no such folder", where=str(out.parent), hint="make it first, or name another")
    if not several or form is Format.JSONL:
        return _OneFile(out, form)
    if out.exists() or out.suffix:
        hint = "name a folder, or use -f jsonl, which puts all into one file"
        raise UsageError("several articles do not go into one file", where=str(out), hint=hint)
    return _Folder(out, form)
