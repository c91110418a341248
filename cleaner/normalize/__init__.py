"""Kept blocks made to read as one article: nothing is decided here, and every edit can be replayed."""

from cleaner.normalize.change import replay
from cleaner.normalize.glued import unglued
from cleaner.normalize.headings import levels
from cleaner.normalize.mending import Mended, mend

__all__ = ["Mended", "levels", "mend", "replay", "unglued"]
