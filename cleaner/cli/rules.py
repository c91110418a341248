"""`cleaner rules`: what the shipped rules are, and what each is for."""

from collections.abc import Iterator
from dataclasses import asdict, fields
from difflib import get_close_matches
from typing import Annotated, Any

import typer

from cleaner.cli import terminal
from cleaner.cli.choices import Command, Saying, with_records
from cleaner.errors import UsageError
from cleaner.rule import AllOf, Match, Rule

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="List and show the rules.", rich_markup_mode=None)


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
