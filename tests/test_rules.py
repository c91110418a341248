"""The shipped rules, each against its own lines, and all against prose that only sounds like residue."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from cleaner.boilerplate import rules as shelf
from cleaner.boilerplate.rules import ads, shipped_rules
from cleaner.boilerplate.ruleset import Subject, compile_rules, subject_of
from cleaner.boilerplate.trial import fires, subjects_for
from cleaner.model import Verdict
from cleaner.rule import AllOf, Label, Line, Match, Neighbour, Opening, Phrase, Rule, Token

RULES = shipped_rules()
IDS = [rule.id for rule in RULES]


def _labels(match: Match) -> tuple[str, ...]:
    if isinstance(match, AllOf):
        return tuple(label for part in match.matches for label in _labels(part))
    return match.labels if isinstance(match, Line | Label) else ()


def _neighbours(match: Match, side: str) -> tuple[str, ...]:
    if isinstance(match, AllOf):
        return tuple(name for part in match.matches for name in _neighbours(part, side))
    return match.rules if isinstance(match, Neighbour) and match.side == side else ()


def _subjects(rule: Rule, lines: tuple[str, ...]) -> Iterator[Subject]:
    return subjects_for(rule, lines)


def _fires(rule: Rule, subject: Subject) -> bool:
    return fires(compile_rules([rule]), rule, subject)


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_rule_catches_its_hits(rule: Rule) -> None:
    assert [s.text for s in _subjects(rule, rule.hits) if not _fires(rule, s)] == []


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_rule_leaves_its_misses(rule: Rule) -> None:
    assert [s.text for s in _subjects(rule, rule.misses) if _fires(rule, s)] == []


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_rule_has_hits_and_misses_and_a_reason(rule: Rule) -> None:
    assert rule.hits
    assert rule.misses
    assert rule.why.endswith(".")
    assert rule.languages


@pytest.mark.parametrize("rule", [r for r in RULES if _labels(r.match)], ids=lambda r: r.id)
@pytest.mark.parametrize("form", ["{}", "**{}**", "[{}]", "— {} —", "{} 2", "\u200b{}", "| {} |"])
def test_every_label_is_caught_in_every_dress(rule: Rule, form: str) -> None:
    alone = compile_rules([rule])
    dressed = [form.format(label) for label in _labels(rule.match) if form != "{} 2" or label[-1].isalpha()]
    assert [line for line in dressed if not alone.see(subject_of(line))] == []


@pytest.mark.parametrize("rule", [r for r in RULES if _labels(r.match)], ids=lambda r: r.id)
def test_every_label_is_caught_in_capitals(rule: Rule) -> None:
    alone = compile_rules([rule])
    assert [label for label in _labels(rule.match) if not alone.see(subject_of(label.upper().replace("ẞ", "ß")))] == []


def _alternatives(match: Match) -> Iterator[tuple[int, str, Match]]:
    """The match with each of its alternatives left alone, by the part they stand in; errors are not forgiven here."""
    match match:
        case AllOf():
            for place, part in enumerate(match.matches):
                for _, name, one in _alternatives(part):
                    yield place, name, AllOf(matches=(*match.matches[:place], one, *match.matches[place + 1 :]))
        case Line():
            yield from ((0, label, replace(match, labels=(label,))) for label in match.labels)
        case Label():
            yield from ((0, label, replace(match, edits=0, labels=(label,))) for label in match.labels)
        case Opening() | Phrase():
            yield from ((0, phrase, replace(match, phrases=(phrase,))) for phrase in match.phrases)
        case Token():
            yield from ((0, token, replace(match, tokens=(token,))) for token in match.tokens)
        case _:
            return


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_every_alternative_is_proved_by_a_hit(rule: Rule) -> None:
    """Left out, each is missed by a hit that no other alternative catches; whole-line labels are their own hits."""
    alternatives = list(_alternatives(rule.match))
    each = compile_rules([replace(rule, id=f"{place} {name}", match=one) for place, name, one in alternatives])
    proved = set()
    for subject in [*_subjects(rule, rule.hits), *(subject_of(label) for label in _labels(rule.match))]:
        seen = [e.rule for e in each.see(subject)]
        for place in {rule_id.partition(" ")[0] for rule_id in seen}:
            here = [rule_id for rule_id in seen if rule_id.partition(" ")[0] == place]
            proved.update(here if len(here) == 1 else ())
    assert [name for place, name, _ in alternatives if f"{place} {name}" not in proved] == []


def test_an_alternative_without_a_hit_is_noticed() -> None:
    rule = Rule(
        id="x/x",
        match=Opening(phrases=("read more:", "read on:"), max_words=9),
        why="",
        hits=("Read more: x",),
        misses=(),
    )
    with pytest.raises(AssertionError, match="read on:"):
        test_every_alternative_is_proved_by_a_hit(rule)


def test_ids_are_unique() -> None:
    assert sorted(set(IDS)) == sorted(IDS)


def test_id_begins_with_the_name_of_its_file() -> None:
    for rule in RULES:
        shelf_name = rule.id.partition("/")[0]
        assert rule in getattr(shelf, shelf_name).RULES


def test_only_guards_keep() -> None:
    assert {"keep"} == {r.id.partition("/")[0] for r in RULES if r.verdict is Verdict.KEEP}


def test_neighbours_name_rules_that_exist() -> None:
    named = {name for rule in RULES for side in ("before", "after") for name in _neighbours(rule.match, side)}
    assert set() == named - set(IDS)


@pytest.mark.parametrize("rule", [r for r in RULES if _neighbours(r.match, "before")], ids=lambda r: r.id)
def test_rule_about_neighbours_needs_each_side_it_names(rule: Rule) -> None:
    subject = next(_subjects(rule, rule.hits))
    before, after = (frozenset(_neighbours(rule.match, side)) for side in ("before", "after"))
    alone = compile_rules([rule])
    assert all(alone.see_neighbours(subject, frozenset({name}), after) for name in before)
    assert not alone.see_neighbours(subject, frozenset(), after)
    assert not after or not alone.see_neighbours(subject, before, frozenset())


def test_box_names_have_a_prose_guard() -> None:
    found = [part for rule in RULES for part in (getattr(rule.match, "matches", None) or (rule.match,))]
    assert all(part.max_words <= 30 for part in found if isinstance(part, Token))


@pytest.mark.parametrize(
    "line",
    [
        "Advertisment",
        "Adverstisement",
        "Advertisiment",
        "Advertizement",
        "Advertisemnt",
        "Advertisememt",
        "Publicidade:",
        "Advertentiee",
    ],
)
def test_misspelt_label_is_caught(line: str) -> None:
    assert _fires(next(r for r in ads.RULES if r.id == "ads/label"), subject_of(line))


PROSE = """
Advertisement spending fell by 4 % in the third quarter.
The advertisement showed a ferry in a storm.
He placed an advertisement in the harbour gazette.
Advertising pays for the free paper, and always has.
Werbung ist in der Schule verboten.
Die Frau erstattete Anzeige gegen Unbekannt.
La publicité mensongère coûte cher au fabricant.
La publicidad engañosa será multada.
A reklama na přívoz stála milion korun.
Реклама подорожала на треть.
広告業界の売り上げは昨年より四パーセント減った。
广告业去年的收入下降了百分之四。
He wrote a newsletter for sailors and never sent it.
The newsletter of 1912 names every drowned man.
Twelve people signed up for the course.
Subscribers left in droves after the price rose.
Sign up sheets hung on the door of the harbour office.
She would share her bread with anyone who asked.
Share prices closed lower on Friday.
Facebook and Twitter refused to comment.
Twitter sued the ferry company last week.
Read more books, said the teacher, and fewer telegrams.
Related species live in the south of the bay.
See also how the tide turned that night.
More than forty people came aboard.
Latest figures show that the bay is getting warmer.
Trending upward for years, the price has now collapsed.
Popular songs of the harbour were printed in 1860.
Comments by the minister made matters worse.
What did the crew say? No comment.
Sponsored runners raised four thousand pounds.
The sponsor of the bill left the chamber.
Presented by his uncle, the boy bowed to the king.
Follow the money, the old clerk used to say.
Follow us, cried the pilots, and the fleet turned.
Cookies are best when they are still warm.
We use butter, not margarine.
Copyright law has not kept up with the machines.
All rights were reserved for the eldest son.
Photography is forbidden on the lower deck.
Photos of the wreck were published in 1931.
Source code is text that people write.
Next, they lowered the boats.
Close to the pier stood a small inn.
Menu prices have doubled since spring.
Back to work, the foreman shouted.
Log in hand, the carpenter crossed the yard.
Subscribe to the theory or not, the tide will come.
Watch the tide before you step ashore.
Listen to the wind for a minute.
Tags on the crates named a dead merchant.
Premium fuel costs a third more.
Donate blood, the poster said, and live longer.
The 6 min ferry ride costs two crowns.
Menschen, die teilen, leben länger.
Folgen sind noch nicht absehbar.
Mehr zum Fischfang als zum Handel neigte die Stadt.
Lire longtemps fatigue les yeux.
Más información no siempre significa más conocimiento.
""".strip().splitlines()


ALL = compile_rules(RULES)


@pytest.mark.parametrize("line", PROSE)
def test_no_rule_drops_prose_that_sounds_like_residue(line: str) -> None:
    assert [e.rule for e in ALL.see(subject_of(line)) if e.verdict is Verdict.DROP] == []
