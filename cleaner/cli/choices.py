"""Options that several commands share, spelt once: records whose fields become the command's options."""

import inspect
import os
from collections.abc import Callable, Iterator
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass, replace
from enum import StrEnum
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer
from typer.core import TyperArgument, TyperCommand

from cleaner.errors import UsageError
from cleaner.policy import MAX_BYTES, Limits, Policy

__all__ = ["ArchiveChoice", "Cleaning", "Command", "Explaining", "Fetching", "Format", "Saying", "with_records"]

TIMEOUT_S = 15.0  # the command line contract; the fetcher's own default is the same


class Format(StrEnum):
    """What a cleaned article can be printed as."""

    TXT = "txt"
    MD = "md"
    HTML = "html"
    JSON = "json"
    JSONL = "jsonl"
    TEI = "tei"


@dataclass(frozen=True, kw_only=True)
class Fetching:
    """How pages are fetched."""

    allow_host: Annotated[
        list[str],
        typer.Option("--allow-host", metavar="HOST:PORT", help="Reach this host though it is not public (repeatable)."),
    ] = ()  # type: ignore[assignment]
    timeout: Annotated[
        float, typer.Option(metavar="SECONDS", show_default=False, help="Total deadline of one exchange; default: 15.")
    ] = TIMEOUT_S
    max_bytes: Annotated[
        int, typer.Option(metavar="BYTES", show_default=False, help="Most decoded bytes of one page; default: 64 MiB.")
    ] = MAX_BYTES
    header: Annotated[
        list[str], typer.Option("--header", metavar="'NAME: VALUE'", help="Send this header too (repeatable).")
    ] = ()  # type: ignore[assignment]
    proxy: Annotated[
        str | None, typer.Option(metavar="URL", help="Go through this proxy; it then reaches any address it can.")
    ] = None
    insecure: Annotated[
        bool, typer.Option("--insecure", help="Do not check TLS certificates; recorded in the WARC.")
    ] = False

    def headers(self) -> tuple[tuple[str, str], ...]:
        """Name and value of each header given; raises UsageError for one without a colon."""
        pairs = []
        for line in self.header:
            name, colon, value = line.partition(":")
            if not colon:
                raise UsageError(f"{line!r} is no header", hint="write --header 'Name: value'")
            pairs.append((name.strip(), value.strip()))
        return tuple(pairs)


@dataclass(frozen=True, kw_only=True)
class Explaining:
    """Whether removed lines are listed."""

    explain: Annotated[
        str | None,
        typer.Option(metavar="[=all]", help="List removed lines with their rules; =all: outside the article too."),
    ] = None

    def check(self) -> None:
        """Nothing; raises UsageError for an unknown way to explain."""
        if self.explain not in (None, "range", "all"):
            raise UsageError(f"--explain={self.explain} is unknown", hint="write --explain or --explain=all")


@dataclass(frozen=True, kw_only=True)
class Cleaning(Explaining):
    """What decides about a page beside the shipped rules."""

    named_policy: Annotated[
        str,
        typer.Option("--policy", metavar="NAME|FILE", help="Begin with this policy, a TOML file.", show_default=False),
    ] = "default"
    keep: Annotated[
        list[str], typer.Option("--keep", metavar="CSS", help="Keep what this selector names (repeatable).")
    ] = ()  # type: ignore[assignment]
    drop: Annotated[
        list[str], typer.Option("--drop", metavar="CSS", help="Drop what this selector names (repeatable).")
    ] = ()  # type: ignore[assignment]

    rules: Annotated[
        list[str], typer.Option("--rules", metavar="FILE", help="Ask the rules of this TOML file too (repeatable).")
    ] = ()  # type: ignore[assignment]
    filter_list: Annotated[
        list[str],
        typer.Option("--filter-list", metavar="FILE", help="Hide what this EasyList-style list hides (repeatable)."),
    ] = ()  # type: ignore[assignment]

    def policy(self, max_bytes: int) -> Policy:
        """The policy asked for, the user's own rules in it; raises UsageError for what makes no sense, RuleError for a broken file."""
        from cleaner.fetch import taught
        from cleaner.fetch.policies import read_policy

        self.check()
        if max_bytes < 1:
            raise UsageError(f"--max-bytes {max_bytes} lets nothing through", hint="name a size above zero")
        base = read_policy(self.named_policy)
        named = tuple(rule for path in self.rules for rule in taught.read_rules(path))
        return replace(
            base,
            rules=(*taught.users_rules(), *base.rules, *named),
            sites=taught.users_sites(),
            filters=(*base.filters, *map(taught.read_filters, self.filter_list)),
            keep=(*base.keep, *self.keep),
            drop=(*base.drop, *self.drop),
            explain="all" if self.explain == "all" else "range",
            limits=Limits(max_bytes=max_bytes),
        )


@dataclass(frozen=True, kw_only=True)
class Saying:
    """How the command speaks."""

    json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a line; errors too, on standard error.")
    ] = False
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but what was asked for and errors.")] = False

    @property
    def notes(self) -> bool:
        """Whether lines that only people read are wanted."""
        return not self.quiet and not self.json


@dataclass(frozen=True, kw_only=True)
class ArchiveChoice:
    """Which archive."""

    archive: Annotated[
        Path | None, typer.Option("--archive", "-a", metavar="FOLDER", help="The archive; default: $CLEANER_ARCHIVE.")
    ] = None

    def path(self) -> Path:
        """The archive's folder: as given, else from $CLEANER_ARCHIVE; raises UsageError where neither says."""
        named = os.environ.get("CLEANER_ARCHIVE")
        if self.archive is None and not named:
            raise UsageError("no archive named", hint="give -a FOLDER or set CLEANER_ARCHIVE")
        return self.archive or Path(named or "")


class Command(TyperCommand):
    """A command whose help names its arguments as people do, without the types of Python behind them."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for parameter in self.params:
            if isinstance(parameter, TyperArgument):
                parameter.display_type_rich = lambda **_: ""  # type: ignore[method-assign]


def with_records(command: Callable[..., Any]) -> Callable[..., Any]:
    """The command with every record parameter spread into one option for each of the record's fields."""
    signature = inspect.signature(command)
    hints = get_type_hints(command, include_extras=True)
    records: dict[str, Any] = {
        name: hint for name, hint in hints.items() if is_dataclass(hint) and name in signature.parameters
    }

    @wraps(command)
    def spread(**given: Any) -> Any:
        for name, record in records.items():
            given[name] = record(**{field.name: given.pop(field.name) for field in fields(record)})
        return command(**given)

    parameters: list[inspect.Parameter] = []
    for name, parameter in signature.parameters.items():
        spelt = _parameters(records[name]) if name in records else [parameter.replace(annotation=hints[name])]
        parameters += [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in spelt]
    spread.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    spread.__annotations__ = {p.name: p.annotation for p in parameters}
    del spread.__wrapped__  # typer would follow it to the unspread signature
    return spread


def _parameters(record: Any) -> Iterator[inspect.Parameter]:
    hints = get_type_hints(record, include_extras=True)
    for field in fields(record):
        yield inspect.Parameter(
            field.name, inspect.Parameter.KEYWORD_ONLY, default=_default(field), annotation=hints[field.name]
        )


def _default(field: "Field[Any]") -> Any:
    if field.default is MISSING:
        return inspect.Parameter.empty
    return [] if field.default == () else field.default
