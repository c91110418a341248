"""What tests have done in workers; a module of its own, since workers import it by name."""

import os
import signal
import sys
import time
from pathlib import Path

from cleaner import CleanedText, clean_text
from cleaner.jobs.batch import shard as batchshard
from cleaner.jobs.batch.engines import PRELOAD
from cleaner.jobs.batch.shard import Outcome, Work
from cleaner.jobs.workers import Workers
from cleaner.policy import Policy


def own_pid(_policy: Policy) -> int:
    return os.getpid()


_policies: list[Policy] = []


def is_the_first(_policy: Policy, own: Policy) -> bool:
    """Whether the very object came before, or none did."""
    _policies.append(own)
    return own is _policies[0]


def spin(_policy: Policy, seconds: float) -> str:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass
    return "spun"


def hang(_policy: Policy) -> None:
    """Blocks in C code where no Python handler would ever run."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    time.sleep(3600)


def grow(_policy: Policy, mebibytes: int) -> int:
    held = []
    for _ in range(mebibytes // 8):
        held.append(b"x" * (8 << 20))
        time.sleep(0.005)
    return len(held)


def ask_for(_policy: Policy, size: int) -> int:
    return len(bytes(size))


def die_once(_policy: Policy, mark: str) -> str:
    if not Path(mark).exists():
        Path(mark).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "alive"


def die(_policy: Policy) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def fail(_policy: Policy) -> None:
    raise ZeroDivisionError("a bug")


def unpicklable(_policy: Policy) -> object:
    return lambda: None


def echo(_policy: Policy, number: int, size: int) -> tuple[int, bytes]:
    spin(_policy, 0.01)
    return number, b"x" * size


def clean_shard_or_hang(policy: Policy, work: Work, killer: str | None) -> Outcome:
    def clean_or_hang(text: str, *, policy: Policy) -> CleanedText:
        if text == "hang":
            hang(policy)
        return clean_text(text, policy=policy)

    batchshard.clean_text = clean_or_hang
    return batchshard.clean_shard(policy, work, killer)


def knows_languages(_policy: Policy) -> bool:
    langid = sys.modules.get("py3langid.langid")
    return langid is not None and langid.IDENTIFIER is not None


if __name__ == "__main__":  # a process whose workers are the first it has
    with Workers(1, preload=PRELOAD) as workers:
        print(workers.call(knows_languages).result(timeout=120))  # noqa: T201
