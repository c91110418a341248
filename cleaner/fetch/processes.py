"""A program's processes by a mark on its command line, with all their children: what they hold, and their end (Linux)."""

import os
import signal
from contextlib import suppress
from pathlib import Path

__all__ = ["family", "held_bytes", "kill", "marked"]

PROC = Path("/proc")


def marked(mark: str, among: list[int] | None = None) -> list[int]:
    """The ids of all processes (or of those `among` them) that were started with `mark` in an argument; none off Linux."""
    numbers = [int(path.name) for path in PROC.glob("[0-9]*")] if among is None else among
    return sorted(pid for pid in numbers if mark.encode() in _read(PROC / str(pid) / "cmdline") and pid != os.getpid())


def family(pids: list[int]) -> list[int]:
    """The processes with all their descendants."""
    parents = {int(path.name): _parent(path) for path in PROC.glob("[0-9]*")} if pids else {}
    found = set(pids)
    while children := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= children
    return sorted(found)


def held_bytes(pids: list[int]) -> int:
    """Bytes of memory that the processes hold beside their program's files; 0 where the system does not tell.

    Memory that several of them share counts for each, which is cheap to know and never too little.
    """
    return sum(_held(pid) for pid in pids)


def kill(pids: list[int]) -> None:
    """Nothing; the processes are told to end at once."""
    for pid in pids:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)


def _held(pid: int) -> int:
    lines = _read(PROC / str(pid) / "status").splitlines()
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith((b"RssAnon:", b"RssShmem:")))


def _parent(path: Path) -> int:
    behind_name = _read(path / "stat").rpartition(b")")[2].split()  # a name may hold anything, brackets too
    return int(behind_name[1]) if len(behind_name) > 1 else 0


def _read(path: Path) -> bytes:
    """The file's bytes; none where the process has ended or is another user's."""
    try:
        return path.read_bytes()
    except OSError:
        return b""
