# a script beside the pictures it draws, not a package
"""Draws docs/pictures/terminal.svg from what the command really prints; `make pictures` runs it."""

import io
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

ROOT = Path(__file__).resolve().parent.parent
PAGE = "fixtures/demo/news/ferry.html"
COLUMNS = 104
SHOWN = 24  # lines of output; the rest is more of the same
THEME = TerminalTheme(
    (22, 24, 28),
    (222, 220, 214),
    [
        (22, 24, 28),
        (240, 153, 139),
        (147, 211, 162),
        (233, 189, 116),
        (124, 180, 220),
        (200, 160, 220),
        (124, 199, 194),
        (222, 220, 214),
    ],
)
COLOURS = {"dropped": "red", "edited": "green"}


def main() -> int:
    """0 once the picture stands."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    command = f"cleaner clean --explain {PAGE} > ferry.txt"
    console.print(Text.assemble(("$ ", "cyan"), (command, "bold")))
    arguments = [sys.executable, "-m", "cleaner", "clean", "--explain", PAGE]
    done = subprocess.run(arguments, cwd=ROOT, capture_output=True, encoding="utf-8", check=True)  # noqa: S603
    for line in done.stderr.splitlines()[:SHOWN]:
        console.print(coloured(line), no_wrap=True, overflow="ellipsis", crop=True)
    console.print(Text.assemble(("$ ", "cyan"), ("head -n 3 ferry.txt", "bold")))
    for line in done.stdout.splitlines()[:3]:
        console.print(Text(line))
    svg = console.export_svg(title="article-cleaner", theme=THEME, unique_id="terminal")
    # The letters it would load from elsewhere stay away: the reader's own will do.
    start, end = svg.index("@font-face"), svg.rindex("@font-face")
    end = svg.index("}", end) + 1
    (ROOT / "docs" / "pictures" / "terminal.svg").write_text(svg[:start] + svg[end:].lstrip(), encoding="utf-8")
    return 0


def coloured(line: str) -> Text:
    """The line with its verdict and rule in colour, and the reason dimmed."""
    verdict, _, rest = line.partition(" ")
    words = rest.strip().partition(" ")
    told, _, why = words[2].strip().partition("  (")
    text = Text.assemble((f"{verdict:9}", COLOURS.get(verdict, "")), (f"{words[0]:25}", "yellow"), told)
    return text.append(f"  ({why}", style="dim") if why else text


if __name__ == "__main__":
    sys.exit(main())
