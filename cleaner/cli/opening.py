"""The archive that a command reads, opened: it must be there, and what was mended at opening is said."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cleaner.cli import terminal
from cleaner.cli.choices import ArchiveChoice, Saying

if TYPE_CHECKING:
    from cleaner.archive import Archive

__all__ = ["opened"]


@contextmanager
def opened(choice: ArchiveChoice, saying: Saying) -> Iterator["Archive"]:
    """The archive, which must be there; what was mended at opening has been said."""
    from cleaner.archive import Archive

    with Archive(choice.path(), create=False) as archive:
        for warning in archive.warnings:
            terminal.note(f"cleaner: warning: {warning}", wanted=not saying.json)
        yield archive
