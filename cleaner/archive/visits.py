"""What a crawl received beside pages, when captures are pruned: which of it belongs to nothing that stays."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

from cleaner import urls
from cleaner.archive import layout, warc
from cleaner.archive.records import SAME_PAYLOAD
from cleaner.archive.schema import Entry
from cleaner.archive.warc import Stored

__all__ = ["Leaving", "held", "is_of_visits", "leaving", "outdated", "sizes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """What goes beside captures: all before `horizon` (a WARC date or the beginning of one), and what led to captures that go.

    `captures` are the times of the captures of each page that loses some, in order, each with whether it goes. `needed` are
    records that captures refer to: those stay.
    """

    horizon: str
    captures: Mapping[str, list[tuple[str, bool]]]
    needed: frozenset[str]

    def takes(self, stored: Stored) -> bool:
        """Whether the record may go by its own date and address."""
        date = stored.fields.get("warc-date", "")
        if date < self.horizon:
            return True
        # A revisit belongs to what it refers to, any other answer at a page's address to the capture that followed on it.
        times = self.captures.get(_key(stored), []) if stored.kind == "response" else []
        place = bisect_left(times, (date, False))
        return place < len(times) and times[place][1]


def leaving(entries: Iterable[Entry], gone: AbstractSet[str], horizon: str) -> Leaving:
    """What goes beside the captures whose ids are `gone`; the entries come oldest first."""
    entries = list(entries)
    losing = {entry.key for entry in entries if entry.id in gone}
    captures: dict[str, list[tuple[str, bool]]] = {}
    for entry in entries:
        if entry.key in losing:
            captures.setdefault(entry.key, []).append((entry.captured_at, entry.id in gone))
    needed = frozenset(entry.refers_to for entry in entries if entry.refers_to)
    return Leaving(horizon=horizon, captures=captures, needed=needed)


def outdated(root: Path, leaves: Leaving) -> set[str]:
    """Ids of the records that belong to nothing that stays; none that holds what another record refers to."""
    going: set[str] = set()
    needed = set(leaves.needed)
    for stored in _told(root):
        if leaves.takes(stored):
            going.add(stored.id)
        else:
            needed.add(stored.fields.get("warc-refers-to", ""))
    return going - needed


def held(root: Path, horizon: str) -> frozenset[str]:
    """Ids of the records that hold a body for an exchange which stays and was made at another address."""
    revisits = (stored for stored in _told(root) if stored.fields.get("warc-profile") == SAME_PAYLOAD)
    return frozenset(
        stored.fields["warc-refers-to"]
        for stored in revisits
        if stored.fields.get("warc-date", "") >= horizon
        and urls.key(stored.fields.get("warc-refers-to-target-uri", "")) != _key(stored)
    )


def sizes(root: Path) -> list[tuple[str, int]]:
    """Date and bytes of each record, oldest first."""
    records = (stored for path in _files(root) for stored in warc.read(path))
    return sorted((stored.fields.get("warc-date", ""), stored.length) for stored in records)


def is_of_visits(path: Path) -> bool:
    """Whether the file holds what was received beside pages."""
    return path.name.startswith(layout.VISITS)


def _files(root: Path) -> Iterator[Path]:
    return filter(is_of_visits, layout.warc_files(root, layout.ORIGINALS))


def _told(root: Path) -> Iterator[Stored]:
    """The answers; requests and notes go with theirs."""
    for path in _files(root):
        yield from (stored for stored in warc.read(path) if stored.kind in {"response", "revisit"})


def _key(stored: Stored) -> str:
    return urls.key(stored.fields.get("warc-target-uri", ""))
