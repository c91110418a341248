"""What one page may cost a worker, and the clocks in the kernel that hold it to that even inside C code."""

import os
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from cleaner.errors import LimitError

__all__ = ["TRIES", "WorkLimits", "cap_memory", "death", "held_to", "resident_bytes"]

TRIES = 5  # of a page whose worker is killed from outside, which may happen to it again

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_BACKSTOP = 4  # times the memory limit in address space: for one huge allocation between two looks at the process


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkLimits:
    """Most of what one page may cost: seconds by the clock and of the processor, and the bytes its worker may hold in all.

    A fresh worker holds 60 to 135 MB, nearly all of it shared with the others. A worker beyond `memory_bytes` is killed in
    the middle of its page, one beyond half of it is replaced between two pages. What a process that was forked for one page
    shares with its parent is not counted.
    """

    wall_s: float = 18.0
    cpu_s: float = 15.0
    memory_bytes: int = 512 * 1024 * 1024


@contextmanager
def held_to(limits: WorkLimits) -> Iterator[None]:
    """The body under two clocks that end this process, whatever it is doing: SIGALRM for time, SIGPROF for CPU.

    Python code cannot interrupt C code; the kernel's default action for these signals can.
    """
    signal.setitimer(signal.ITIMER_REAL, limits.wall_s)
    signal.setitimer(signal.ITIMER_PROF, limits.cpu_s)
    try:
        yield
    except MemoryError as error:
        raise _too_much_memory(limits) from error
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.setitimer(signal.ITIMER_PROF, 0)


def death(exit_code: int | None, limits: WorkLimits, *, outgrown: bool = False) -> LimitError:
    """Why a worker ended in the middle of its work, from how it ended; `worker-died` where nothing of ours ended it."""
    if outgrown:
        return _too_much_memory(limits)
    if exit_code == -signal.SIGALRM:
        return LimitError(f"took longer than {limits.wall_s:g} s", code="too-slow", hint="raise the wall limit")
    if exit_code in {-signal.SIGPROF, -signal.SIGXCPU}:
        message = f"took more than {limits.cpu_s:g} s of processor time"
        return LimitError(message, code="too-much-cpu", hint="raise the CPU limit")
    with suppress(ValueError):
        return LimitError(f"its worker died of {signal.Signals(-(exit_code or 0)).name}", code="worker-died")
    return LimitError(f"its worker ended with exit code {exit_code}", code="worker-died")


def _too_much_memory(limits: WorkLimits) -> LimitError:
    message = f"took more than {limits.memory_bytes // 1024 // 1024} MiB of memory"
    return LimitError(message, code="too-much-memory", hint="raise the memory limit")


def cap_memory(limits: WorkLimits) -> None:
    """Nothing; an allocation far beyond the limit fails from now on, where the system can hold a process to that."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    with suppress(OSError, ValueError):
        address_space = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * _PAGE_BYTES
        resource.setrlimit(resource.RLIMIT_AS, (address_space + _BACKSTOP * limits.memory_bytes, hard))


def resident_bytes(pid: int) -> int:
    """Bytes of memory that the process holds; 0 where it has ended or the system does not tell."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * _PAGE_BYTES
    except (OSError, IndexError, ValueError):
        return 0
