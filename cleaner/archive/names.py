"""File names inside an archive: made of safe characters only, whatever a page calls itself."""

import os
import re
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import PurePosixPath

from cleaner import text, urls

__all__ = ["NO_HOST", "OPEN", "capture_id", "host_folder", "month_folder", "text_name", "warc_names"]

OPEN = ".open"  # suffix of a WARC that is being written
NO_HOST = "_local"  # no host begins with an underscore and a letter of ours: pages from files and standard input
ID_CHARS = 12  # 48 bits of a random UUID: one clash in 16 million captures of one archive
MAX_HOST_CHARS = 100  # a DNS name has at most 253; the file system's limit for one name is 255 bytes
MAX_MACHINE_CHARS = 30

_NOT_HEX = re.compile("[^0-9a-f]+")
_NOT_PLAIN = re.compile("[^a-z0-9.]+")
_DOTS = re.compile(r"\.{2,}")


def capture_id(record_id: str) -> str:
    """The capture's id: the first twelve hexadecimal digits of its record's UUID."""
    return _NOT_HEX.sub("", record_id.lower().removeprefix("<urn:uuid:"))[:ID_CHARS]


def month_folder(moment: datetime) -> PurePosixPath:
    """`YYYY/MM` of the moment in UTC."""
    return PurePosixPath(moment.astimezone(UTC).strftime("%Y/%m"))


def warc_names(prefix: str, moment: datetime) -> Iterator[str]:
    """Names for a new WARC, without end, each with the next serial: `<prefix>-<utc>-<serial>-<host>-<pid>.warc.gz`."""
    utc = moment.astimezone(UTC)
    stamp = f"{utc:%Y%m%d%H%M%S}{utc.microsecond // 1000:03d}"
    machine = _plain(socket.gethostname().split(".")[0])[:MAX_MACHINE_CHARS] or "localhost"
    for serial in count():
        yield f"{prefix}-{stamp}-{serial:05d}-{machine}-{os.getpid()}.warc.gz"


def host_folder(url: str | None) -> str:
    """The folder for a page's host: letters, digits, dots and hyphens; `_local` where the page has no host."""
    host = _plain(urls.host(url)) if url else ""
    return host[:MAX_HOST_CHARS].strip(".-") or NO_HOST


def text_name(url: str | None, moment: datetime, title: str, capture: str) -> PurePosixPath:
    """`<host>/YYYY/<date>-<slug>-<id>.md` by the day of capture; always below the folder it is joined to."""
    utc = moment.astimezone(UTC)
    return PurePosixPath(host_folder(url), f"{utc:%Y}", f"{utc:%Y-%m-%d}-{text.slug(title)}-{capture}.md")


def _plain(name: str) -> str:
    """ASCII letters, digits, dots and hyphens in lower case; anything else, and dots in a row, became one hyphen."""
    return _DOTS.sub("-", _NOT_PLAIN.sub("-", name.lower())).strip(".-")
