"""What a filter list of EasyList's size costs a page, in milliseconds: `.venv/bin/python tests/bench/filters.py`."""

import random
import sys
import time
from pathlib import Path

from cleaner.boilerplate.filtered import filtered_blocks
from cleaner.boilerplate.locate import locate
from cleaner.boilerplate.observe import Observer
from cleaner.boilerplate.segment import segment
from cleaner.parse import parse_tree
from cleaner.policy import Limits
from cleaner.taught import FilterList, parse_filter_list

LINES = 40_000
ROUNDS = 20
WORDS = "ad ads banner sponsor promo slot box unit top side native google gpt dfp leader sky article content main page".split()


def generated(lines: int, seed: int = 7) -> str:
    """A list in the shares of EasyList: seven tenths general names, the rest scoped, excepted, by beginning, or no use here."""
    dice = random.Random(seed)  # noqa: S311  # a bench, no secret

    def name() -> str:
        return "-".join(dice.choices(WORDS, k=dice.randint(2, 4))) + str(dice.randint(0, 999))

    forms = (
        "##.{}",
        "###{}",
        "##div.{}",
        '##[id^="{}"]',
        "{}.example##.{}",
        "{}.example#@#.{}",
        "||{}.example^$third-party",
    )
    chosen = dice.choices(forms, weights=(40, 25, 4, 2, 12, 3, 14), k=lines)
    return "\n".join(form.format(*(name() for _ in range(form.count("{}")))) for form in chosen)


def milliseconds(html: str, filters: FilterList) -> float:
    """The time that the list costs the page, a mean of many rounds."""
    tree = parse_tree(html, Limits())
    assert tree is not None
    page = segment(tree)
    observer = Observer(page, locate(tree, page).kept)
    filtered_blocks(page, observer, (filters,), "paper.example")
    start = time.perf_counter()
    for _ in range(ROUNDS):
        filtered_blocks(page, observer, (filters,), "paper.example")
    return (time.perf_counter() - start) * 1e3 / ROUNDS


def main(paths: list[str]) -> None:
    """Prints one line for the list and one for each page."""
    start = time.perf_counter()
    filters = parse_filter_list(generated(LINES))
    took = (time.perf_counter() - start) * 1e3
    print(f"{LINES} lines read in {took:.0f} ms: {filters!r}, {filters.passed_over} passed over")
    pages = [Path(path) for path in paths] or sorted(Path("fixtures/demo").rglob("*.html"))
    for path in pages:
        html = path.read_text("utf-8", "replace")
        print(f"{milliseconds(html, filters):7.3f} ms  {len(html):>9,} characters  {path}")


if __name__ == "__main__":
    main(sys.argv[1:])
