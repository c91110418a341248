"""What `make bench` prints: how well the library reads pages beside trafilatura, and how much residue it leaves.

The pages and their scorers stand beside the project, in ../shared/bench and ../shared/residue, and are run as they are;
where they are absent this says so and passes. A whole run takes minutes: --every 10 is a quick look.

python tests/bench/report.py              every page
python tests/bench/report.py --every 10   each tenth page, and the first tenth of the residue sets
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

HERE = Path(__file__).resolve().parent
SHARED = HERE.parents[2] / "shared"
ENGINE = "trafilatura"
SHIPPED = "adapters:page"
ALL_PAGES = "1000000"  # more than any set holds: the scorer then lists every page with its figure
FEWEST_LINES = 10  # a language with fewer lines is in the sum, not in the table
PER_CENT = 100.0
CELLS_A_LINE, CELL_CHARS = 4, 28  # a table of 118 columns

_ABOUT_FOLDS = {
    True: "out of fold: each page is read by a model that never saw its registered domain",
    False: "in sample: the shipped scorer was trained on these pages; for figures out of fold: make bench FOLDS=folder",
}
_PAGE_LINE = re.compile(r"^ {4}(\S+) F1=(\d\.\d+) ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """One extractor on one page set: the scorer's figures by group, and the F1 of each page by its id."""

    groups: Mapping[str, Mapping[str, float]]
    pages: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paired:
    """The library against trafilatura over the same pages.

    `difference` is the mean over pages of F1 less F1, `error` its standard error (0.0 for a single page), `zeros` and
    `engine_zeros` count pages where not one word is right, which is what an emptied page comes to.
    """

    difference: float
    error: float
    better: int
    worse: int
    zeros: int
    engine_zeros: int


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when every table there are pages for has been printed; 1 when a scorer failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only each Nth page")
    parser.add_argument("--shared", type=Path, default=SHARED, metavar="DIR", help="where bench/ and residue/ stand")
    parser.add_argument("--folds", type=Path, metavar="DIR", help="fold models of `make train`: figures out of fold")
    options = parser.parse_args(arguments)
    if options.folds:
        os.environ["CLEANER_FOLDS"] = str(options.folds.resolve())
    say(_ABOUT_FOLDS[bool(options.folds)])
    try:
        for name, table in (("bench", print_pages), ("residue", print_residue)):
            if (options.shared / name / "score.py").is_file():
                table(options.shared / name, max(1, options.every))
            else:
                say(f"{name}: skipped, there is no {name}/score.py in the shared folder beside the project")
    except subprocess.CalledProcessError as error:
        say(f"bench: {Path(error.cmd[1]).name} ended with {error.returncode}:\n{error.stderr}")
        return 1
    return 0


def page_adapter() -> str:
    """The adapter that reads pages: by the fold model that never saw a page's domain, where there are fold models."""
    return "adapters:page_out_of_fold" if "CLEANER_FOLDS" in os.environ else SHIPPED


def print_pages(folder: Path, every: int) -> None:
    """Prints the table of page sets, a line as soon as its set is done."""
    say(f"main text{f', each {every}th page' if every > 1 else ''}: word F1; the difference is paired over the pages")
    say(
        f"{'':24}{'pages':>6}{'cleaner':>9}{'in sample':>11}{ENGINE:>13}{'difference':>18}{'better/worse':>14}{'at 0':>9}"
    )
    for name in sorted(path.parent.name for path in folder.glob("*/truth.jsonl")):
        ours = run_pages(folder, name, page_adapter(), every)
        theirs = run_pages(folder, name, ENGINE, every)
        shipped = ours if page_adapter() == SHIPPED else run_pages(folder, name, SHIPPED, every)
        for group, ids in groups(folder / name, ours):
            in_sample = shipped.groups[group]["F1"]
            say(page_line(group, ours, theirs, paired(ours, theirs, ids), in_sample))
        whole = ours.groups[name]
        cpu = f"{whole['cpu_ms']:.0f} ms CPU a page, {whole['cpu_ratio']:.2f} of {ENGINE} with metadata"
        say(f"{'':24}{cpu}; {whole['errors']:.0f} errors")
    say("at 0: pages of each where not one word is right, emptied ones among them; differences within two standard")
    say(
        "errors (±) are noise, and so is a tenth in the CPU ratio of a short run. F1 of the trafilatura set is over all its"
    )
    say("segments, its difference over its pages\n")


def page_line(group: str, ours: Scored, theirs: Scored, pair: Paired, in_sample: float) -> str:
    """One line of the table of page sets; `in_sample` is the F1 of the shipped scorer, which was trained on them."""
    f1, engine_f1 = ours.groups[group]["F1"], theirs.groups[group]["F1"]
    difference = f"{pair.difference:+.4f} ±{pair.error:.4f}"
    counts = f"{pair.better}/{pair.worse}"
    zeros = f"{pair.zeros}/{pair.engine_zeros}"
    pages = f"{ours.groups[group]['pages']:>6.0f}"
    return f"{group:24}{pages}{f1:>9.4f}{in_sample:>11.4f}{engine_f1:>13.4f}{difference:>18}{counts:>14}{zeros:>9}"


def run_pages(folder: Path, name: str, extractor: str, every: int) -> Scored:
    """What the scorer says of one extractor on one set."""
    asked = [extractor, "--set", name, "--every", str(every), "--worst", ALL_PAGES]
    # The library is timed against trafilatura with metadata: that is what a whole article costs it.
    told, record = run(folder / "score.py", [*asked, *(["--ref", f"{ENGINE}-meta"] if extractor != ENGINE else [])])
    found = (_PAGE_LINE.match(line) for line in told.splitlines())
    return Scored(groups=record, pages={line[1]: float(line[2]) for line in found if line})


def groups(folder: Path, ours: Scored) -> Iterator[tuple[str, list[str]]]:
    """The groups of one set as the scorer names them, with the ids of their pages: the whole set, then its types."""
    kinds: dict[str, list[str]] = defaultdict(list)
    with (folder / "truth.jsonl").open(encoding="utf-8") as lines:
        for page in map(json.loads, lines):
            if page["id"] in ours.pages:
                kinds[f"{folder.name}.{page.get('type')}s"].append(page["id"])
    for group in ours.groups:
        yield group, kinds.get(group, list(ours.pages))


def paired(ours: Scored, theirs: Scored, ids: Sequence[str]) -> Paired:
    """The library against trafilatura over these pages; there is at least one."""
    gaps = [ours.pages[page] - theirs.pages[page] for page in ids]
    return Paired(
        difference=fmean(gaps),
        error=stdev(gaps) / len(gaps) ** 0.5 if len(gaps) > 1 else 0.0,
        better=sum(gap > 0 for gap in gaps),
        worse=sum(gap < 0 for gap in gaps),
        zeros=sum(ours.pages[page] == 0 for page in ids),
        engine_zeros=sum(theirs.pages[page] == 0 for page in ids),
    )


def print_residue(folder: Path, every: int) -> None:
    """Prints what of the marked residue goes and what of the marked prose stays, for each data set in the folder."""
    for data in sorted(path.parent for path in folder.glob("*/residue-gold.jsonl")):
        asked = [str(data), "--html", page_adapter(), "--text", "adapters:text", "--misses", "0"]
        _, record = run(folder / "score.py", [*asked, *limit(data, every)])
        say(f"residue, {data.name}{f', the first of {every} parts' if every > 1 else ''}")
        for mode, title in (("gold_html", "pages"), ("gold_text", "text extracted elsewhere")):
            for line in gold_lines(title, record[mode]):
                say(line)
        for line in text_lines(record["injected"], record["ads_in_prose"]):
            say(line)


def limit(data: Path, every: int) -> list[str]:
    """The scorer's option for a part of the longest set; none for all of it."""
    if every == 1:
        return []
    longest = max(len(path.read_bytes().splitlines()) for path in data.glob("*.jsonl"))
    return ["--limit", str(-(-longest // every))]


def gold_lines(title: str, got: Mapping[str, Any]) -> Iterator[str]:
    """Residue gone and prose kept in one mode, in all, by class and by language."""
    yield f"  {title}: {got['pages']} of them, {got['empty']} emptied, {got['errors']} errors"
    yield f"    residue gone {share(got['recall_n'])}   prose kept {share(got['safety_n'])}   hard prose {share(got['hard_n'])}"
    yield from rows("residue gone by class", got["by_class"], fewest=1)
    yield from rows("residue gone by language", got["by_lang"], fewest=FEWEST_LINES)
    yield from rows("prose kept by language", got["safety_by_lang"], fewest=FEWEST_LINES)


def text_lines(injected: Mapping[str, Any], prose: Mapping[str, Any]) -> Iterator[str]:
    """What plain-text mode makes of injected residue, and what it takes from prose about advertising."""
    yield f"  injected: {injected['cases']} texts, {injected['errors']} errors"
    yield (
        f"    recovered exactly {share(injected['exact_n'])}   residue gone {share(injected['residue_n'])}"
        f"   split paragraphs mended {share(injected['mended_n'])}   untouched texts left alone {share(injected['controls_n'])}"
    )
    yield from rows("residue gone by form", injected["by_form"], fewest=1)
    yield f"  prose about advertising: {prose['passages']} passages, {prose['errors']} errors"
    yield f"    damaged {share(prose['damaged_n'])}   lines lost {share(prose['lines_lost'])}\n"


def rows(title: str, counts: Mapping[str, Sequence[int]], *, fewest: int) -> Iterator[str]:
    """A paragraph of `name share`, most lines first; names with fewer lines than `fewest` are left out."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1][1], item[0]))
    cells = [f"{name} {_short(pair)}" for name, pair in ordered if pair[1] >= fewest]
    if cells:
        yield f"    {title}"
    for at in range(0, len(cells), CELLS_A_LINE):
        yield "      " + "".join(f"{cell:<{CELL_CHARS}}" for cell in cells[at : at + CELLS_A_LINE]).rstrip()


def share(pair: Sequence[int]) -> str:
    """The share as per cent with its counts; a dash where there was nothing to count."""
    part, whole = pair
    return f"{PER_CENT * part / whole:.1f} % ({part}/{whole})" if whole else "–"


def _short(pair: Sequence[int]) -> str:
    return f"{PER_CENT * pair[0] / pair[1]:.0f}% of {pair[1]}"


def run(script: Path, arguments: Sequence[str]) -> tuple[str, dict[str, Any]]:
    """What the scorer printed and what it wrote as JSON; raises CalledProcessError where it wrote none."""
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder) / "record.json"
        command = [sys.executable, str(script), *arguments, "--json", str(record)]
        done = subprocess.run(command, cwd=HERE, capture_output=True, encoding="utf-8", check=False)  # noqa: S603  # the scorer
        if done.returncode or not record.exists():
            raise subprocess.CalledProcessError(done.returncode or 1, command, stderr=done.stdout + done.stderr)
        return done.stdout, json.loads(record.read_text(encoding="utf-8"))


def say(line: str) -> None:
    """Writes a line at once: a whole run takes minutes."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
