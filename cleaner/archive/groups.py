"""What stands together in a WARC of ours: the records of one capture, of one cleaning, or one record that is of none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cleaner.archive import entries, layout, warc
from cleaner.archive.warc import Stored

__all__ = ["Group", "groups"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Records in a row, from byte `start` of the file to byte `end`; `capture` is the id they belong to, None for none."""

    capture: str | None
    records: Sequence[Stored]
    start: int
    end: int

    @property
    def ids(self) -> frozenset[str]:
        """The ids of the records."""
        return frozenset(record.id for record in self.records)


def groups(path: Path) -> Iterator[Group]:
    """The file from its first to its last byte; raises ArchiveError where it stops being whole records."""
    run: list[Stored] = []
    for stored in warc.read(path):
        if path.name.startswith(layout.VISITS):
            yield _group(None, [stored])  # no note ever comes that would end a run
            continue
        if stored.kind == "warcinfo":
            if run:
                yield _group(None, run)
            yield _group(None, [stored])
            run = []
            continue
        run.append(stored)
        told = entries.read_note(stored) or entries.read_told(stored)
        if told:
            yield _group(told["capture"], run)
            run = []
    if run:
        yield _group(None, run)


def _group(capture: str | None, run: list[Stored]) -> Group:
    last = run[-1]
    return Group(capture=capture, records=tuple(run), start=run[0].offset, end=last.offset + last.length)
