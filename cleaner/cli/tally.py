"""What became of each item of a run: its error said at once, its exit code kept, one exit code for all at the end."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from cleaner.cli import terminal
from cleaner.errors import CleanerError, StatusError
from cleaner.model import Reason, ReasonCode

__all__ = ["EXIT_BUG", "EXIT_SOME_FAILED", "Tally", "reason_error"]

EXIT_SOME_FAILED = 1
EXIT_BUG = 70


class _NoArticleError(CleanerError):
    """A page without an article; for the library that is a result, only a command line must fail on it."""

    exit_code: ClassVar[int] = 3


def reason_error(reason: Reason, where: str, hint: str) -> CleanerError:
    """Why there is no article, as the command's error: an error page has its own exit code."""
    if reason.code is ReasonCode.ERROR_PAGE:
        return StatusError(reason.evidence, where=where, hint=hint, code=str(reason.code))
    return _NoArticleError(f"no article found: {reason.evidence}", where=where, hint=hint, code=str(reason.code))


class Tally:
    """Exit codes of the items so far; a bug or an error in one item does not keep the others from being done."""

    def __init__(self, *, json_lines: bool) -> None:
        self._json = json_lines
        self._codes: list[int] = []

    @contextmanager
    def item(self, where: str) -> Iterator[None]:
        """One item: what its body raises is said, and counted; the error stands at `where` unless it knows better."""
        try:
            yield
        except CleanerError as error:
            self.fail(error, where)
        except BrokenPipeError:
            raise
        except Exception as error:  # noqa: BLE001  # a bug met in one of many pages; named as one, with its exit code
            terminal.report_bug(error, where=where, json_lines=self._json)
            self._codes.append(EXIT_BUG)
        else:
            self._codes.append(0)

    def fail(self, error: CleanerError, where: str) -> None:
        """Nothing; the error is said and counted as one item."""
        if not error.where or error.where == "-":
            error.where = None if where in error.message else where
        terminal.report_error(error, json_lines=self._json)
        self._codes.append(error.exit_code)

    @property
    def exit_code(self) -> int:
        """A single item's own code; of several 1 where one failed."""
        return self._codes[0] if len(self._codes) == 1 else EXIT_SOME_FAILED * any(self._codes)
