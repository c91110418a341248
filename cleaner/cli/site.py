"""`cleaner site`: what is taught about one host, made, tried and previewed without code."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cleaner.cli import terminal
from cleaner.cli.choices import ArchiveChoice, Cleaning, Command, Saying, with_records
from cleaner.cli.tally import EXIT_SOME_FAILED
from cleaner.policy import MAX_BYTES

if TYPE_CHECKING:
    from cleaner.archive import Archive
    from cleaner.archive.sites import Change, Outcome
    from cleaner.taught import Site

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Teach it one site without code.", rich_markup_mode=None)

Host = Annotated[str, typer.Argument(metavar="HOST", help="The site's host, as in example.org.")]
_EXAMPLES = 3  # pages of the archive that a new file names
_SHOWN_CHARS = 90


@app.command("new", cls=Command)
@with_records
def new_command(
    host: Host,
    *,
    ftr: Annotated[
        Path | None,
        typer.Option("--ftr", metavar="FILE", help="Take over this ftr-site-config file."),
    ] = None,
    archive: ArchiveChoice,
    saying: Saying,
) -> int:
    """Make the site file of a host in the archive.

    It names archived pages as examples; fill in what should go and what must stay, then try it.

    Example: cleaner site new example.org -a archive
    """
    from cleaner.archive import Archive
    from cleaner.archive.sites import write_site

    folder = archive.path()
    with Archive(folder, create=False) as opened:
        site = _site(opened, host, ftr, saying)
    path = write_site(folder, site)
    if saying.json:
        terminal.product_json({"path": str(path), "site": asdict(site)})
    else:
        terminal.row(str(path))
        terminal.note(f"edit it, then: cleaner site test {site.host} -a {folder}", wanted=saying.notes)
    return 0


def _site(archive: "Archive", host: str, ftr: Path | None, saying: Saying) -> "Site":
    """The new site: examples from the archive, and what a configuration says."""
    from cleaner.archive.sites import newest_pages, site_path
    from cleaner.fetch.taught import read_text_file
    from cleaner.taught import Example, Site
    from cleaner.taught.ftr import parse_ftr

    name = site_path(archive.path, host).stem
    pages = [entry.url for entry, _ in zip(newest_pages(archive, name), range(_EXAMPLES), strict=False)]
    site = Site(host=name, examples=tuple(Example(url=url) for url in pages))
    if ftr is None:
        return site
    imported = parse_ftr(read_text_file(ftr), name, str(ftr))
    for line in imported.passed_over:
        terminal.note(f"passed over  {line}", wanted=saying.notes)
    return imported.site.merged(site)


@app.command("test", cls=Command)
@with_records
def test_command(host: Host, *, archive: ArchiveChoice, cleaning: Cleaning, saying: Saying) -> int:
    """Try a host's site file on its examples and archived pages.

    Examples must hold what they keep and nothing of what they drop. Then the lines are shown that the file takes from
    every archived page of the host, or brings back; nothing is written.

    Example: cleaner site test example.org -a archive
    """
    from cleaner.archive import Archive
    from cleaner.archive.sites import preview, read_site, try_examples
    from cleaner.jobs.apart import Apart

    policy = cleaning.policy(MAX_BYTES)
    with Apart() as apart, Archive(archive.path(), create=False) as opened:
        opened.clean = apart
        site = read_site(opened.path, host)
        outcomes = list(try_examples(opened, site, policy))
        for outcome in outcomes:
            _say_outcome(outcome, saying)
        pages = changed = 0
        for change in preview(opened, site, policy):
            pages += 1
            changed += bool(change.gone or change.come)
            _say_change(change, saying)
    terminal.note(f"{changed} of {pages} archived pages of {site.host} change", wanted=saying.notes)
    return 0 if all(outcome.is_green for outcome in outcomes) else EXIT_SOME_FAILED


def _say_outcome(outcome: "Outcome", saying: Saying) -> None:
    if saying.json:
        terminal.product_json({**asdict(outcome), "verdict": "green" if outcome.is_green else "red"})
        return
    terminal.row(f"{'green' if outcome.is_green else 'red':6} {outcome.example.url}")
    for said, lines in (("lost", outcome.lost), ("left", outcome.left), ("", (outcome.problem,))):
        for line in filter(None, lines):
            terminal.row(f"       {said:5} {line[:_SHOWN_CHARS]}")


def _say_change(change: "Change", saying: Saying) -> None:
    if saying.json:
        terminal.product_json(asdict(change))
        return
    if change.gone or change.come:
        terminal.row(f"change {change.url}")
        for sign, lines in (("-", change.gone), ("+", change.come)):
            for line in lines:
                terminal.row(f"       {sign} {line[:_SHOWN_CHARS]}")
