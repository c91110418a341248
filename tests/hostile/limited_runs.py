"""Runs the command line many times, each in a process of its own that is measured and held to limits; a script, not a test.

It reads jobs as JSON lines (`name`, `words`, `folder`) and writes for each, once it has ended, one line: exit code,
seconds, CPU and peak memory in MiB. Importing once and forking for each run takes a second off each.
"""

import json
import os
import resource
import signal
import sys
import time
from pathlib import Path
from typing import Any

from cleaner import clean
from cleaner.cli import run

CPU_S = 20
WALL_S = 120  # of a run that waits for nothing that would end
ADDRESS_SPACE = 3 * 1024**3  # threads and arenas reserve far more than they use; what is used is measured
OUTPUT_BYTES = 16 * 1024 * 1024


def main() -> None:
    clean(
        "<article><p>The boat left the harbour at nine and came back at ten.</p></article>"
    )  # loads all that is heavy
    for line in sys.stdin:
        job = json.loads(line)
        sys.stdout.write(json.dumps(measured(job)) + "\n")
        sys.stdout.flush()


def measured(job: dict[str, Any]) -> dict[str, Any]:
    folder = Path(job["folder"])
    folder.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    pid = os.fork()
    if not pid:
        _limited(job["words"], folder)
    _, status, used = os.wait4(pid, 0)
    return {
        "name": job["name"],
        "code": os.waitstatus_to_exitcode(status),
        "seconds": time.monotonic() - started,
        "cpu": used.ru_utime + used.ru_stime,
        "mib": used.ru_maxrss // 1024,
    }


def _limited(words: list[str], folder: Path) -> None:
    code = 99
    try:
        signal.alarm(WALL_S)
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
        resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        for number, name in ((1, "stdout"), (2, "stderr")):
            os.dup2(os.open(folder / name, os.O_CREAT | os.O_WRONLY | os.O_TRUNC), number)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        code = run(words)
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
