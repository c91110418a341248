"""A rule tried against its own lines and against the shipped rules: what it misses, what it should have left, where the two disagree."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from cleaner.boilerplate.rules import shipped_rules
from cleaner.boilerplate.ruleset import RuleSet, Subject, compile_rules, subject_of
from cleaner.model import Verdict
from cleaner.rule import AllOf, Match, Measure, MeasureName, Neighbour, Opening, Phrase, Rule, Token

__all__ = ["Trial", "fires", "prose", "subjects_for", "try_rule"]

_LEAST: tuple[MeasureName, ...] = ("link_share", "links", "repeated")  # what only markup or a site's memory shows


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What came of trying one rule; it is green where the first four are empty.

    `missed` hits that it does not catch, `caught` misses that it does, `harms` lines that the shipped rules leave and it
    drops, `clashes` why it can never have its way (a shipped rule of its id, a guard that keeps its hits). `idle` words
    that no hit proves, and `known` hits that shipped rules drop already, are worth knowing and no fault.
    """

    rule: Rule
    missed: tuple[str, ...] = ()
    caught: tuple[str, ...] = ()
    harms: tuple[str, ...] = ()
    clashes: tuple[str, ...] = ()
    idle: tuple[str, ...] = ()
    known: tuple[str, ...] = ()

    @property
    def is_green(self) -> bool:
        """Whether the rule may go to work."""
        return not (self.missed or self.caught or self.harms or self.clashes)


def try_rule(rule: Rule) -> Trial:
    """The trial of one rule."""
    alone = compile_rules([rule])
    drops = rule.verdict is Verdict.DROP
    return Trial(
        rule=rule,
        missed=_distinct(s.text for s in subjects_for(rule, rule.hits) if not fires(alone, rule, s)),
        caught=_distinct(s.text for s in subjects_for(rule, rule.misses) if fires(alone, rule, s)),
        harms=tuple(line for line in prose() if drops and alone.see(subject_of(line))),
        clashes=tuple(_clashes(rule)),
        idle=tuple(_idle(rule)),
        known=_distinct(
            f"{line} ({rule_id})" for line in rule.hits for rule_id in _shipped_say(line, Verdict.DROP) if drops
        ),
    )


def _distinct(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(lines))


def _clashes(rule: Rule) -> Iterator[str]:
    if any(rule.id == shipped.id for shipped in shipped_rules()):
        yield "a shipped rule has this id"
    if rule.verdict is Verdict.DROP:
        for line in rule.hits:
            for guard in _shipped_say(line, Verdict.KEEP):
                yield f"{guard} keeps {line!r} whatever this rule says"


def _shipped_say(line: str, verdict: Verdict) -> tuple[str, ...]:
    return tuple(e.rule for e in _shipped().see(subject_of(line)) if e.verdict is verdict)


@cache
def _shipped() -> RuleSet:
    return compile_rules(shipped_rules())


@cache
def prose() -> tuple[str, ...]:
    """Lines that the shipped rules are proved to leave: their misses, less those that another of them drops."""
    lines = dict.fromkeys(line for rule in shipped_rules() if rule.verdict is Verdict.DROP for line in rule.misses)
    return tuple(line for line in lines if not _shipped_say(line, Verdict.DROP))


def subjects_for(rule: Rule, lines: tuple[str, ...]) -> Iterator[Subject]:
    """The lines as the rule may meet them: bare, or as links, and in a box of each of its names."""
    least = _measured(rule.match)
    for line in lines:
        subject = replace(
            subject_of(line),
            link_share=least.get("link_share", 0.0),
            links=int(least.get("links", 0.0)),
            repeated=bool(least.get("repeated", 0.0)),
        )
        names = _all(rule.match, "tokens", Token)
        if names:
            yield from (replace(subject, tokens=frozenset({name.lower()})) for name in names)
        else:
            yield subject


def fires(alone: RuleSet, rule: Rule, subject: Subject) -> bool:
    """Whether the rule, compiled alone, speaks of the line, its neighbours being what it wants them to be."""
    before, after = (frozenset(_neighbours(rule.match, side)) for side in ("before", "after"))
    return bool(alone.see(subject) or alone.see_neighbours(subject, before, after))


def _all(match: Match, name: str, kind: type) -> tuple[str, ...]:
    if isinstance(match, AllOf):
        return tuple(text for part in match.matches for text in _all(part, name, kind))
    return getattr(match, name) if isinstance(match, kind) else ()


def _neighbours(match: Match, side: str) -> tuple[str, ...]:
    if isinstance(match, AllOf):
        return tuple(name for part in match.matches for name in _neighbours(part, side))
    return match.rules if isinstance(match, Neighbour) and match.side == side else ()


def _measured(match: Match) -> dict[str, float]:
    """What markup or memory must show for the rule to hold at all."""
    if isinstance(match, AllOf):
        return {name: value for part in match.matches for name, value in _measured(part).items()}
    return {match.name: match.at_least} if isinstance(match, Measure) and match.name in _LEAST else {}


def _idle(rule: Rule) -> Iterator[str]:
    """The opening words and phrases that no hit needs: typing errors hide in them."""
    for place, part in enumerate(rule.match.matches if isinstance(rule.match, AllOf) else (rule.match,)):
        if isinstance(part, Opening | Phrase):
            for phrase in part.phrases:
                one = replace(rule, match=_with(rule.match, place, replace(part, phrases=(phrase,))))
                alone = compile_rules([one])
                if not any(fires(alone, one, subject) for subject in subjects_for(one, rule.hits)):
                    yield phrase


def _with(match: Match, place: int, part: Match) -> Match:
    if not isinstance(match, AllOf):
        return part
    return AllOf(matches=(*match.matches[:place], part, *match.matches[place + 1 :]))
