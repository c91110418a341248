"""What the command prints: products on stdout, people's lines on stderr, and strings of the web always as plain text."""

import json
import os
import sys
import tempfile
import traceback
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from cleaner.errors import CleanerError, InputError, UsageError
from cleaner.model import Decision, Edit
from cleaner.text import printable

__all__ = ["as_json", "explain", "note", "product", "product_json", "report_bug", "report_error", "write_file"]

_LINE_CHARS = 100


def product(text: str) -> None:
    """Writes one product and a newline to stdout, controls escaped where a terminal would act on them."""
    shown = printable(text, multiline=True) if sys.stdout.isatty() else text
    sys.stdout.write(shown + "\n")
    sys.stdout.flush()


def as_json(value: Any, *, indent: int | None = None) -> str:
    """The value as JSON; on one line without `indent`. Lone surrogates and controls are escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, default=str)
    return text if text.replace("\n", "").isprintable() else json.dumps(value, indent=indent, default=str)


def product_json(value: Any) -> None:
    """Writes one JSON object on a line of its own to stdout."""
    sys.stdout.write(as_json(value) + "\n")
    sys.stdout.flush()


def note(text: str, *, quiet: bool = False) -> None:
    """Writes a line for people to stderr."""
    if not quiet:
        sys.stderr.write(printable(text) + "\n")


def explain(dropped: Iterable[Decision], edits: Iterable[Edit]) -> None:
    """Writes each removed line and each edit with its rule to stderr, in the article's order."""
    for decision in dropped:
        evidence = decision.evidence[0]
        why = f"  ({evidence.why})" if evidence.why else ""
        note(f"dropped  {evidence.rule:24} {_short(decision.block.text)}{why}")
    for edit in edits:
        note(f"edited   {edit.rule:24} {_short(repr(edit.before))} -> {_short(repr(edit.after))}")


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LINE_CHARS else text[: _LINE_CHARS - 1] + "…"


def report_error(error: CleanerError, *, json_lines: bool = False) -> None:
    """Writes one error to stderr: what, where and what to do."""
    if json_lines:
        row = {"error": error.code, "message": error.message, "where": error.where, "hint": error.hint}
        sys.stderr.write(as_json(row) + "\n")
        return
    note(f"cleaner: error[{error.code}]: {error}")
    if error.hint:
        note(f"hint: {error.hint}")


def report_bug(error: Exception) -> None:
    """Writes an internal error to stderr with what a report needs; the traceback only when CLEANER_DEBUG is set."""
    if os.environ.get("CLEANER_DEBUG"):
        traceback.print_exception(error)
    place = traceback.extract_tb(error.__traceback__)[-1]
    note(f"cleaner: error[internal]: {type(error).__name__}: {error} ({Path(place.filename).name}:{place.lineno})")
    note("hint: this is a bug; run again with CLEANER_DEBUG=1 and report what it prints, with the page")


def write_file(path: Path, text: str) -> None:
    """Writes the whole file or leaves what was there: a temporary file beside it takes its name at the end."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.")
    except OSError as error:
        raise UsageError(
            f"cannot write here: {error.strerror}", where=str(path), hint="name a folder that exists and is yours"
        ) from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace", newline="\n") as file:
            file.write(text)
        Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(path)
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", where=str(path), hint="is the disk full?") from error
    finally:
        with suppress(FileNotFoundError):
            Path(name).unlink()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
