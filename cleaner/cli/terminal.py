"""What the command prints: products on stdout, people's lines on stderr, and strings of the web always as plain text."""

import io
import json
import os
import re
import sys
import traceback
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from cleaner.cli.disk import output_error
from cleaner.errors import (
    ArchiveError,
    CleanerError,
    FetchError,
    InputError,
    LimitError,
    RefusedError,
    TryLaterError,
    UsageError,
)
from cleaner.model import Decision, Edit
from cleaner.text import printable

__all__ = [
    "as_json",
    "explain",
    "is_coloured",
    "is_watched",
    "leave_stdout",
    "note",
    "painted",
    "product",
    "product_bytes",
    "product_json",
    "report_bug",
    "report_error",
    "row",
    "shown_error",
    "speak_utf8",
]

_LINE_CHARS = 100
# What to do about an error that does not say it itself, the nearest kind first.
_REMEDIES: tuple[tuple[type[CleanerError], str], ...] = (
    (UsageError, "see: cleaner --help, or --help behind a command"),
    (LimitError, "no page for people is like this; from Python, Policy(limits=...) lets it through"),
    (RefusedError, "a rule of safety forbids it; see: cleaner clean --help"),
    (FetchError, "try again later"),
    (InputError, "check what was named"),
    (ArchiveError, "see: cleaner archive verify"),
    (TryLaterError, "run the same command again later"),
)
# JSON may hold these raw, but they act on terminals, split lines in some readers, or have no UTF-8 form.
_UNSAFE_IN_JSON = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def speak_utf8() -> None:
    """Nothing; both streams write UTF-8 whatever the locale says, and a closed stderr swallows what is said to it."""
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  # stays open to the end
    for stream, errors in ((sys.stdout, "replace"), (sys.stderr, "backslashreplace")):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors=errors)


def leave_stdout() -> None:
    """Nothing; whatever stdout still holds goes nowhere, so that closing it cannot complain."""
    with suppress(OSError, ValueError, AttributeError):  # a stream of a test or a host program has no descriptor
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def product(text: str) -> None:
    """Writes one product and a newline to stdout, controls escaped where a terminal would act on them."""
    _write(printable(text, multiline=True) if _on_terminal() else text)


def is_coloured() -> bool:
    """Whether stdout is a terminal whose owner does not mind colours."""
    return _on_terminal() and not os.environ.get("NO_COLOR")


def painted(text: str) -> None:
    """Writes a text to stdout that was made safe and coloured by its writer."""
    _write(text)


def row(text: str) -> None:
    """Writes one line of a listing to stdout; controls are escaped always, so that a line stays a line."""
    _write(printable(text))


def product_bytes(content: bytes) -> None:
    """Writes the bytes as they are to stdout; on a terminal as text with its controls escaped."""
    buffer = getattr(sys.stdout, "buffer", None)
    if buffer is None or _on_terminal():
        product(content.decode("utf-8", "backslashreplace").replace("\r\n", "\n"))
        return
    try:
        sys.stdout.flush()
        buffer.write(content)
        buffer.flush()
    except OSError as error:
        raise _stdout_error(error) from error


def product_json(value: Any) -> None:
    """Writes one JSON object on a line of its own to stdout."""
    _write(as_json(value))


def is_watched() -> bool:
    """Whether a person sees stderr."""
    return sys.stderr is not None and sys.stderr.isatty()


def _on_terminal() -> bool:
    return sys.stdout is not None and sys.stdout.isatty()


def _write(line: str) -> None:
    try:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
    except (OSError, AttributeError) as error:  # AttributeError: there is no stdout at all
        raise _stdout_error(error) from error


def _stdout_error(error: Exception) -> BaseException:
    """The reader's leaving as it is; anything else the disk's error, after which stdout is given up."""
    if isinstance(error, BrokenPipeError):
        return error
    leave_stdout()
    return output_error(error, "standard output")


def as_json(value: Any, *, indent: int | None = None) -> str:
    """The value as JSON; on one line without `indent`. Lone surrogates and controls are escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, default=str)
    return _UNSAFE_IN_JSON.sub(lambda seen: f"\\u{ord(seen.group()):04x}", text)


def note(text: str, *, wanted: bool = True) -> None:
    """Writes a line for people to stderr."""
    if wanted:
        with suppress(OSError):  # nobody listens any more; the product still goes out
            sys.stderr.write(printable(text) + "\n")
            sys.stderr.flush()


def explain(dropped: Iterable[Decision], edits: Iterable[Edit]) -> None:
    """Writes each removed line and each edit with its rule to stderr, in the article's order."""
    for decision in dropped:
        evidence = decision.evidence[0]
        why = f"  ({evidence.why})" if evidence.why else ""
        note(f"dropped  {evidence.rule:24} {shortened(_told(decision))}{why}")
    for edit in edits:
        note(f"edited   {edit.rule:24} {shortened(repr(edit.before))} -> {shortened(repr(edit.after))}")


def _told(decision: Decision) -> str:
    block = decision.block
    return block.text or (f"[{block.media.kind}: {block.media.src}]" if block.media else f"[{block.tag}]")


def shortened(text: str) -> str:
    """The text on one line of at most 100 characters."""
    text = " ".join(text.split())
    return text if len(text) <= _LINE_CHARS else text[: _LINE_CHARS - 1] + "…"


def shown_error(error: CleanerError, exit_code: int | None = None) -> dict[str, Any]:
    """The error as JSON-ready values."""
    code = error.exit_code if exit_code is None else exit_code
    return {
        "error": error.code,
        "message": error.message,
        "where": error.where,
        "hint": _remedy(error),
        "exit_code": code,
    }


def report_error(error: CleanerError, *, json_lines: bool = False) -> None:
    """Writes one error to stderr: what, where and what to do."""
    if json_lines:
        note(as_json(shown_error(error)))
        return
    note(f"cleaner: error[{error.code}]: {error}")
    if hint := _remedy(error):
        note(f"hint: {hint}")


def _remedy(error: CleanerError) -> str | None:
    return error.hint or next((told for kind, told in _REMEDIES if isinstance(error, kind)), None)


def report_bug(error: Exception, *, where: str | None = None, json_lines: bool = False) -> None:
    """Writes an internal error to stderr with what a report needs; the traceback only when CLEANER_DEBUG is set."""
    if os.environ.get("CLEANER_DEBUG"):
        traceback.print_exception(error)
    place = traceback.extract_tb(error.__traceback__)[-1]
    message = f"{type(error).__name__}: {shortened(str(error))} ({Path(place.filename).name}:{place.lineno})"
    hint = "this is a bug; run again with CLEANER_DEBUG=1 and report what it prints, with the page"
    report_error(CleanerError(message, where=where, hint=hint, code="internal"), json_lines=json_lines)
