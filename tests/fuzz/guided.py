"""Short runs led by coverage: atheris keeps what reaches new branches of the program and breeds from it; a script, not a test.

The program is instrumented and read once; then each target is fuzzed in a process of its own, from its corpus, within bounds
of inputs and of seconds. A found input stands in `build/fuzz/<target>/crash-…`, its traceback in `guided.log` beside it.
"""

import argparse
import importlib
import importlib.util
import json
import os
import re
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Protocol

CORPUS = Path(__file__).parent / "corpus"
MAX_BYTES = 4_096  # as the corpus keeps them
MAX_INPUT_S = 20  # wall, so four times what longrun.py lets an input take of CPU
MAX_MIB = 1_024


class Fuzzed(Protocol):
    """What of a target is run."""

    run: Callable[[bytes], None]


def is_offered() -> bool:
    """Whether there is a wheel for this machine; the marker in pyproject.toml says the same."""
    return sys.platform == "linux" and os.uname().machine == "x86_64" and sys.version_info < (3, 14)


def read_targets(module: str, watched: Iterable[str]) -> Mapping[str, Fuzzed]:
    """TARGETS of the module, imported with the watched modules and all below them instrumented, and nothing else."""
    import atheris

    names = tuple(watched)
    packages = {name.partition(".")[0] for name in names}
    # include= reads the first name alone, and the whole package costs seconds at each start
    others = [name for package in packages for name in _modules(package) if not f"{name}.".startswith(_below(names))]
    with atheris.instrument_imports(include=sorted(packages), exclude=others):
        targets: Mapping[str, Fuzzed] = importlib.import_module(module).TARGETS
    return targets


def _below(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{name}." for name in names)


def _modules(package: str) -> Iterator[str]:
    """Every module of the package, read from its files: importing it would be too early."""
    spec = importlib.util.find_spec(package)
    for folder in spec.submodule_search_locations or () if spec else ():
        for path in Path(folder).rglob("*.py"):
            parts = path.relative_to(folder).with_suffix("").parts
            yield ".".join((package, *(parts[:-1] if parts[-1] == "__init__" else parts)))


def fuzz(name: str, target: Fuzzed, given: argparse.Namespace) -> dict[str, object]:
    """What one run came to: inputs tried, branches reached, and `failed` where an input broke a law or a bound."""
    folder = given.out.resolve() / name
    kept = folder / "guided"
    kept.mkdir(parents=True, exist_ok=True)
    log = folder / "guided.log"
    sys.stdout.flush()
    pid = os.fork()
    if not pid:
        _become_fuzzer(target, log, [
            f"-seed={given.seed}", f"-runs={given.runs}", f"-max_total_time={given.seconds}", f"-max_len={MAX_BYTES}",
            f"-timeout={MAX_INPUT_S}", f"-rss_limit_mb={MAX_MIB}", f"-artifact_prefix={folder}/", "-print_final_stats=1",
            str(kept), *([str(CORPUS / name)] if (CORPUS / name).is_dir() else []),
        ])  # fmt: skip
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    told = log.read_text(encoding="utf-8", errors="replace")
    inputs = re.findall(r"number_of_executed_units: (\d+)", told) or re.findall(r"^#(\d+)\s", told, re.MULTILINE) or [0]
    reached = re.findall(r" cov: (\d+)", told) or [0]
    return {"target": name, "seed": given.seed, "inputs": int(inputs[-1]), "branches": int(reached[-1]), "failed": code != 0, "log": str(log)}  # fmt: skip


def _become_fuzzer(target: Fuzzed, log: Path, options: list[str]) -> None:
    """Never comes back: the fuzzer ends the process, 0 where it found nothing."""
    import atheris

    try:
        with log.open("wb") as out:
            os.dup2(out.fileno(), 1)
            os.dup2(out.fileno(), 2)
        tempfile.tempdir = str(log.parent)  # a fuzzer that ends itself leaves its files
        atheris.Setup([sys.argv[0], *options], target.run)
        atheris.Fuzz()
    except SystemExit:
        raise  # the crash file is written when the process ends as Python does
    except BaseException:  # noqa: BLE001  # nothing of the process that was forked may run on here
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(70)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--target", action="append", help="all where none is named")
    parser.add_argument("--seconds", type=int, default=60, help="of each target")
    parser.add_argument("--runs", type=int, default=-1, help="inputs of each target, the corpus among them")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("build/fuzz"))
    parser.add_argument(
        "--watch", action="append", metavar="MODULE", help="instrument this and what is below (cleaner)"
    )
    parser.add_argument("--targets", default="targets", metavar="MODULE", help="where TARGETS stands (targets)")
    given = parser.parse_args()
    if importlib.util.find_spec("atheris") is None:
        parser.error("atheris is not installed; there are wheels for Linux on x86_64, to Python 3.13")
    targets = read_targets(given.targets, given.watch or ["cleaner"])
    has_failed = False
    for name in given.target or targets:
        row = fuzz(name, targets[name], given)
        print(json.dumps(row), flush=True)
        if row["failed"]:
            has_failed = True
            sys.stderr.write(Path(str(row["log"])).read_text(encoding="utf-8", errors="replace"))
    raise SystemExit(1 if has_failed else 0)


if __name__ == "__main__":
    main()
