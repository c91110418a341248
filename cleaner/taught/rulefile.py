"""Rule files: the same rule record as the shipped ones, written in TOML by people who write no code.

A user's pattern is run by RE2, whose time grows with the line alone; what RE2 cannot run (look-around, references to
earlier groups) is what makes a pattern super-linear, and is refused with its line.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from cleaner.model import Verdict
from cleaner.rule import AllOf, Match, Pattern, Rule
from cleaner.taught.toml import Place, read_toml, record_of
from cleaner.text import fold

__all__ = ["MAX_PATTERN_BYTES", "linear_pattern", "parse_rules", "rules_of"]

MAX_PATTERN_BYTES = 1 << 20  # of memory for one compiled pattern; x{1000} fits, x{1000}{1000} does not
_KINDS: dict[str, type[Any]] = {kind.__name__.lower(): kind for kind in get_args(Match) if kind is not AllOf}
_MATCH_HINT = 'write for example: match = { kind = "line", labels = ["Tide table"] }'


def parse_rules(text: str, where: str) -> tuple[Rule, ...]:
    """The rules of one file, in its order; raises RuleError with file and line for whatever cannot be used."""
    document, place = read_toml(text, where)
    for name in document:
        if name != "rule":
            place.of(name).fail(f"a rule file has no {name!r}", "every rule begins with a line [[rule]]")
    rules = rules_of(document.get("rule", []), place)
    if not rules:
        place.fail("there is no rule in this file", "every rule begins with a line [[rule]]")
    return rules


def rules_of(tables: object, place: Place) -> tuple[Rule, ...]:
    """The rules that stand in a document's `[[rule]]` tables."""
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        place.of("rule").fail("`rule` is no table", "every rule begins with a line [[rule]]")
    rules = tuple(_rule(table, place.table("rule", number)) for number, table in enumerate(tables))
    seen: set[str] = set()
    for number, rule in enumerate(rules):
        if rule.id in seen:
            place.table("rule", number).fail(f"there is a rule {rule.id!r} above already", "give each rule its own id")
        seen.add(rule.id)
    return rules


def _rule(table: Mapping[str, Any], place: Place) -> Rule:
    told = {name: value for name, value in table.items() if name != "match"}
    made = record_of(_Told, told, place, f"rule {told.get('id', 'without an id')}")
    shelf, slash, name = made.id.partition("/")
    if not (shelf and slash and name) or set(made.id) & set(" \t\n\0"):
        place.of(made.id).fail(f"{made.id!r} is no rule id", "write it as a path of two words: mine/tides")
    if not made.hits or not made.misses:
        lacking = "misses" if made.hits else "hits"
        hint = "give one line that it must catch and one like it that it must leave"
        place.of(lacking).fail(f"rule {made.id} has no {lacking}", hint)
    return Rule(
        id=made.id,
        match=_match(table.get("match"), place),
        why=made.why,
        hits=made.hits,
        misses=made.misses,
        languages=made.languages,
        verdict=Verdict(made.verdict),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """A rule as a file tells it, its match apart."""

    id: str
    why: str
    hits: tuple[str, ...]
    misses: tuple[str, ...]
    languages: tuple[str, ...] = ("und",)  # BCP 47: not said
    verdict: Literal["drop", "keep"] = "drop"


def _match(told: object, place: Place) -> Match:
    """The match; a list of several is a match that needs all of them."""
    if isinstance(told, list) and told:
        parts = tuple(_one_match(part, place) for part in told)
        return parts[0] if len(parts) == 1 else AllOf(matches=parts)
    return _one_match(told, place)


def _one_match(told: object, place: Place) -> Match:
    if not isinstance(told, dict):
        place.of("match").fail("a rule needs a match", _MATCH_HINT)
    kind = told.get("kind")
    if not isinstance(kind, str) or kind not in _KINDS:
        place.of("match").fail(f"{kind!r} is no kind of match", f"the kinds are: {', '.join(_KINDS)}")
    match: Match = record_of(
        _KINDS[kind], {k: v for k, v in told.items() if k != "kind"}, place.of("match"), f"match {kind!r}"
    )
    if isinstance(match, Pattern):
        return _linear(match, place)
    texts = getattr(match, "labels", getattr(match, "phrases", getattr(match, "tokens", ("one",))))
    if not texts or not all(fold(text) for text in texts):
        place.of("match").fail(f"match {kind!r} has no text to look for", "give at least one word")
    return match


def _linear(match: Pattern, place: Place) -> Pattern:
    import re2

    try:
        linear_pattern(match.regex)
    except re2.error as error:
        told = error.args[0]
        told = told.decode("utf-8", "replace") if isinstance(told, bytes) else str(told)
        place.of(match.regex).fail(f"pattern {match.regex!r} cannot be used: {told}", _pattern_hint(told), error)
    return replace(match, engine="re2")


def _pattern_hint(told: str) -> str:
    if "perl operator" in told or "escape" in told:
        return "look-around and references make a pattern slow; say it with an opening, a phrase or two rules"
    if "too large" in told or "repetition" in told or "too big" in told:
        return "repeat less: max_words already bounds the line"
    return "see https://github.com/google/re2/wiki/Syntax"


def linear_pattern(regex: str) -> Callable[[str], object | None]:
    """What matches the pattern against a whole text, run by RE2 in memory of at most MAX_PATTERN_BYTES.

    Raises re2.error for a pattern that RE2 cannot run.
    """
    import re2  # where users have patterns of their own

    options = re2.Options()
    options.max_mem = MAX_PATTERN_BYTES
    options.log_errors = False
    matcher: Callable[[str], object | None] = re2.compile(regex, options=options).fullmatch  # type: ignore[no-untyped-call]
    return matcher
