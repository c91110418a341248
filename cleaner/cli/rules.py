"""`cleaner rules`: what the shipped rules are, and what each is for."""

import time
from collections.abc import Iterator
from dataclasses import asdict, fields
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cleaner.cli import terminal
from cleaner.cli.choices import Command, Saying, with_records
from cleaner.cli.tally import EXIT_SOME_FAILED
from cleaner.errors import UsageError
from cleaner.rule import AllOf, Match, Rule

if TYPE_CHECKING:
    from cleaner.boilerplate.trial import Trial

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="List, show and try rules.", rich_markup_mode=None)


@app.command("list", cls=Command)
@with_records
def list_command(*, saying: Saying) -> int:
    """List the shipped rules: id, verdict, why.

    Example: cleaner rules list
    """
    from cleaner.boilerplate.rules import shipped_rules

    for rule in shipped_rules():
        if saying.json:
            terminal.product_json(_row(rule))
        else:
            terminal.row(f"{rule.id:28} {rule.verdict:5} {rule.why}")
    return 0


@app.command("show", cls=Command)
@with_records
def show_command(
    rule_id: Annotated[str, typer.Argument(metavar="ID", help="A rule's id, as in ads/label.")], *, saying: Saying
) -> int:
    """Show one rule: why, what it matches, its proofs.

    Hits are lines that it drops (or keeps, for a guard), misses are lines like them that it leaves.

    Example: cleaner rules show ads/label
    """
    from cleaner.boilerplate.rules import shipped_rules

    rules = {rule.id: rule for rule in shipped_rules()}
    rule = rules.get(rule_id)
    if rule is None:
        close = get_close_matches(rule_id, rules, n=3)
        hint = f"did you mean {' or '.join(close)}?" if close else "see: cleaner rules list"
        raise UsageError(f"no rule {rule_id!r}", hint=hint)
    if saying.json:
        terminal.product_json(_row(rule))
        return 0
    terminal.row(rule.id)
    for name, told in (("why", rule.why), ("verdict", rule.verdict), ("languages", ", ".join(rule.languages))):
        terminal.row(f"  {name:10} {told}")
    for line in _match_lines(rule.match):
        terminal.row(f"  match      {line}")
    for name, lines in (("hit", rule.hits), ("miss", rule.misses)):
        for line in lines:
            terminal.row(f"  {name:10} {line}")
    return 0


@app.command("test", cls=Command)
@with_records
def test_command(
    files: Annotated[list[str], typer.Argument(metavar="FILE", help="A rule file in TOML.")], *, saying: Saying
) -> int:
    """Try the rules of a file: hits, misses, collisions, speed.

    Each rule must catch its hits, leave its misses and leave the lines that the shipped rules are proved to leave.

    Example: cleaner rules test mine.toml
    """
    from cleaner.boilerplate.trial import try_rule
    from cleaner.fetch.taught import read_rules

    red = 0
    for path in files:
        for rule in read_rules(path):
            trial, microseconds = try_rule(rule), _microseconds(rule)
            red += not trial.is_green
            _report(trial, microseconds, saying)
    return EXIT_SOME_FAILED if red else 0


_TRIED_LINES = 2_000


def _microseconds(rule: Rule) -> float:
    """How long the rule takes on a line by itself, the mean over lines of many kinds."""
    from cleaner.boilerplate.rules import shipped_rules
    from cleaner.boilerplate.ruleset import compile_rules, subject_of

    lines = [line for shipped in shipped_rules() for line in (*shipped.misses, *shipped.hits)][:_TRIED_LINES]
    subjects, alone = [subject_of(line) for line in lines], compile_rules([rule])
    start = time.perf_counter()
    for subject in subjects:
        alone.see(subject)
    return (time.perf_counter() - start) * 1e6 / len(subjects)


def _report(trial: "Trial", microseconds: float, saying: Saying) -> None:
    told = {"missed": "missed hit", "caught": "caught miss", "harms": "drops prose", "clashes": "collides"}
    notes = {"idle": "no hit for", "known": "known already"}
    colour = "green" if trial.is_green else "red"
    if saying.json:
        facts = {name: list(getattr(trial, name)) for name in (*told, *notes)}
        terminal.product_json(
            {"rule": trial.rule.id, "verdict": colour, "microseconds": round(microseconds, 2), **facts}
        )
        return
    hits, misses = len(trial.rule.hits), len(trial.rule.misses)
    terminal.row(f"{colour:5} {trial.rule.id:28} hits: {hits}, misses: {misses}, {microseconds:.1f} µs a line")
    for name, said in (told | notes).items():
        for line in getattr(trial, name):
            terminal.row(f"      {said:13} {line}")


def _kind(match: Match) -> str:
    return type(match).__name__.lower()


def _match_lines(match: Match) -> Iterator[str]:
    """The match as people read it: its kind, and each of its fields."""
    if isinstance(match, AllOf):
        for part in match.matches:
            yield from _match_lines(part)
        return
    told = []
    for field in fields(match):
        value = getattr(match, field.name)
        told.append(f"{field.name.replace('_', ' ')}: {' · '.join(value) if isinstance(value, tuple) else value}")
    yield f"{_kind(match)} ({'; '.join(told)})"


def _row(rule: Rule) -> dict[str, Any]:
    return {**asdict(rule), "match": _match_row(rule.match)}


def _match_row(match: Match) -> dict[str, Any]:
    if isinstance(match, AllOf):
        return {"kind": _kind(match), "matches": [_match_row(part) for part in match.matches]}
    return {"kind": _kind(match), **asdict(match)}
