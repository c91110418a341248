"""`make fuzz`: many inputs for every target, each found failure written down; a script, not a test.

Inputs are made by the grammar, and bred from the corpus. One that breaks a law stands in
`build/fuzz/<target>/crash-…` with its traceback beside it; mended, it belongs into the corpus.
"""

import argparse
import hashlib
import json
import resource
import sys
import time
import traceback
from pathlib import Path
from random import Random
from types import FrameType

import grammar
from targets import TARGETS, Target

HERE = Path(__file__).parent
CORPUS = HERE / "corpus"
MAX_CPU_S = 5.0  # of one input; the slowest of the corpus takes a tenth of that
MAX_BYTES = 32_768  # bred inputs grow; what is big is tests/hostile's to try
MAX_KEPT_BYTES = 4_096
FIRST_KEPT = 6  # inputs that make a corpus where there is none
MAX_CRASHES = 20  # of one target, then it is left alone


def seeds(name: str) -> list[bytes]:
    """The corpus of a target, in the order of its files' names."""
    return [path.read_bytes() for path in sorted((CORPUS / name).glob("*"))]


def made(target: Target, kept: list[bytes], chance: Random) -> bytes:
    """One input: mostly from the grammar, else one of the corpus broken, or two of them joined."""
    kind = chance.random()
    if kind < 0.7 or not kept:
        return target.made(chance)
    one = chance.choice(kept)
    if kind > 0.95:
        other = chance.choice(kept)
        one = one[: chance.randint(0, len(one))] + other[chance.randint(0, len(other)) :]
    return grammar.broken(chance, one)[:MAX_BYTES]


def failure(target: Target, content: bytes) -> str | None:
    """Why the input breaks a law; None where it does not."""
    started = time.process_time()
    try:
        target.run(content)
    except Exception:  # noqa: BLE001  # whatever comes out is a find
        return traceback.format_exc()
    took = time.process_time() - started
    return f"took {took:.1f} s of CPU" if took > MAX_CPU_S else None


def fuzz(name: str, count: int, seed: int, out: Path) -> tuple[int, int]:
    """Inputs tried and failures found."""
    target, chance, kept, found = TARGETS[name], Random(f"{name}-{seed}"), seeds(name), 0
    for number in range(count):
        content = made(target, kept, chance)
        if why := failure(target, content):
            found += 1
            _write_down(out / name, content, why)
            if found >= MAX_CRASHES:
                return number + 1, found
    return count, found


def _write_down(folder: Path, content: bytes, why: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    crash = folder / f"crash-{hashlib.sha256(content).hexdigest()[:12]}"
    crash.write_bytes(content)
    crash.with_suffix(".txt").write_text(why, encoding="utf-8", errors="replace")


def breed(name: str, count: int, seed: int) -> int:
    """How many inputs now stand in the corpus: those of `count` that make lines of the program run which none before did."""
    target, chance, seen = TARGETS[name], Random(f"{name}-{seed}"), set[tuple[str, int]]()
    folder = CORPUS / name
    folder.mkdir(parents=True, exist_ok=True)

    def follow(frame: FrameType, event: str, _: object) -> object:
        if "/cleaner/" not in frame.f_code.co_filename:
            return None
        if event == "line":
            seen.add((frame.f_code.co_filename, frame.f_lineno))
        return follow

    for number in range(count + len(kept := seeds(name))):
        content = kept[number] if number < len(kept) else target.made(chance)
        known = len(seen)
        sys.settrace(follow)  # type: ignore[arg-type]
        why = failure(target, content)
        sys.settrace(None)
        is_new = len(seen) > known or number < FIRST_KEPT
        if number >= len(kept) and is_new and why is None and len(content) <= MAX_KEPT_BYTES:
            (folder / hashlib.sha256(content).hexdigest()[:12]).write_bytes(content)
    return len(seeds(name))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=100_000, help="inputs in all, over the targets by their shares")
    parser.add_argument("--target", action="append", choices=sorted(TARGETS))
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--out", type=Path, default=Path("build/fuzz"))
    parser.add_argument("--breed", type=int, metavar="COUNT", help="add to the corpus what is new among so many inputs")
    given = parser.parse_args()
    if given.breed:
        print({name: breed(name, given.breed, given.seed) for name in given.target or TARGETS})
        return
    given.out.mkdir(parents=True, exist_ok=True)
    names = given.target or list(TARGETS)
    shares = sum(TARGETS[name].share for name in names)
    failures = 0
    for name in names:
        started = time.process_time()
        tried, found = fuzz(name, max(1, given.count * TARGETS[name].share // shares), given.seed, given.out)
        failures += found
        row = {"target": name, "seed": given.seed, "inputs": tried, "failures": found, "cpu_s": round(time.process_time() - started, 1),
               "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}  # fmt: skip
        with (given.out / "runs.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps(row) + "\n")
        print(json.dumps(row), flush=True)
    raise SystemExit(1 if failures else 0)


if __name__ == "__main__":
    main()
