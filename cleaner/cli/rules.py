"""`cleaner rules`: what the shipped rules are, and what each is for."""

from dataclasses import asdict
from typing import Annotated, Any

import typer

from cleaner.boilerplate.rules import shipped_rules
from cleaner.cli import terminal
from cleaner.cli.choices import Saying, with_records
from cleaner.errors import UsageError
from cleaner.rule import Rule

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="List and show the rules.", rich_markup_mode=None)


@app.command("list")
@with_records
def list_command(*, saying: Saying) -> int:
    """List the shipped rules: id, verdict, why.

    Example: cleaner rules list
    """
    for rule in shipped_rules():
        if saying.json:
            terminal.product_json(_row(rule))
        else:
            terminal.product(f"{rule.id:28} {rule.verdict:5} {rule.why}")
    return 0


@app.command("show")
@with_records
def show_command(
    rule_id: Annotated[str, typer.Argument(metavar="ID", help="A rule's id, as in ads/label.")], *, saying: Saying
) -> int:
    """Show one rule: what it matches, why, its hits and misses.

    Example: cleaner rules show ads/label
    """
    rule = next((rule for rule in shipped_rules() if rule.id == rule_id), None)
    if rule is None:
        raise UsageError(f"no rule {rule_id!r}", hint="see: cleaner rules list")
    if saying.json:
        terminal.product_json(_row(rule))
        return 0
    terminal.product(f"{rule.id}\n  {rule.why}\n  verdict    {rule.verdict}\n  languages  {', '.join(rule.languages)}")
    terminal.product(f"  match      {rule.match}")
    for name, lines in (("hit", rule.hits), ("miss", rule.misses)):
        for line in lines:
            terminal.product(f"  {name:10} {line}")
    return 0


def _row(rule: Rule) -> dict[str, Any]:
    return {**asdict(rule), "match": {"kind": type(rule.match).__name__.lower(), **asdict(rule.match)}}
