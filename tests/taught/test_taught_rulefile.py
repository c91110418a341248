"""Rule files: what is read, and that what cannot be used is refused with its line and a remedy."""

import pytest

from cleaner import CleanerError, Policy, clean_text
from cleaner.boilerplate.trial import try_rule
from cleaner.errors import RuleError
from cleaner.model import Verdict
from cleaner.rule import AllOf, Line, Opening, Pattern
from cleaner.taught.rulefile import parse_rules

HEAD = """
[[rule]]
id = "mine/tides"
why = "The heading of a box."
hits = ["Tide table"]
misses = ["Tide tables are printed in blue."]
"""
LINE = 'match = { kind = "line", labels = ["Tide table"] }\n'
PATTERN = "match = { kind = \"pattern\", regex = 'REGEX', max_words = 5 }\n"


def test_rule_is_read_as_it_is_written() -> None:
    (rule,) = parse_rules(HEAD + 'languages = ["en"]\nverdict = "keep"\n' + LINE, "mine.toml")
    assert (rule.id, rule.match, rule.languages, rule.verdict) == (
        "mine/tides",
        Line(labels=("Tide table",)),
        ("en",),
        Verdict.KEEP,
    )


def test_several_matches_must_all_hold() -> None:
    several = (
        '[[rule.match]]\nkind = "opening"\nphrases = ["Tide"]\nmax_words = 9\n'
        '[[rule.match]]\nkind = "measure"\nname = "words"\nat_most = 3\n'
    )
    (rule,) = parse_rules(HEAD + several, "mine.toml")
    assert isinstance(rule.match, AllOf)
    assert rule.match.matches[0] == Opening(phrases=("Tide",), max_words=9)


def test_pattern_is_run_by_re2() -> None:
    (rule,) = parse_rules(HEAD + PATTERN.replace("REGEX", "(a+)+b"), "mine.toml")
    assert isinstance(rule.match, Pattern)
    assert rule.match.engine == "re2"
    text = "a" * 1_000 + "!"
    assert clean_text(text, policy=Policy(rules=(rule,))).text == text  # 2 to the 1,000 steps in a backtracking engine


def test_pattern_drops_what_it_matches() -> None:
    rules = parse_rules(HEAD + PATTERN.replace("REGEX", r"tide \d\d:\d\d"), "mine.toml")
    cleaned = clean_text("The boat left.\n\nTide 09:14\n\nIt came back.", policy=Policy(rules=rules))
    assert cleaned.text == "The boat left.\n\nIt came back."


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (HEAD + PATTERN.replace("REGEX", "a(?=b)"), 7, "look-around"),
        (HEAD + PATTERN.replace("REGEX", r"(a)\1"), 7, "references"),
        (HEAD + PATTERN.replace("REGEX", "(x{900}){900}"), 7, "repeat less"),
        (HEAD + PATTERN.replace("REGEX", "a["), 7, "google/re2"),
        (HEAD + LINE.replace("labels", "label"), 7, "its fields are: labels"),
        (HEAD + LINE.replace('"line"', '"lines"'), 7, "the kinds are: line, label"),
        (HEAD + LINE.replace('["Tide table"]', "[]"), 7, "at least one word"),
        (HEAD + LINE.replace('["Tide table"]', "7"), 7, "texts stand in quotes"),
        (HEAD, 2, 'kind = "line"'),
        (HEAD.replace("mine/tides", "tides") + LINE, 3, "mine/tides"),
        (HEAD.replace('["Tide table"]', "[]") + LINE, 5, "one line that it must catch"),
        (HEAD.replace("why", "whY") + LINE, 4, "its fields are"),
        (HEAD.replace("misses", "#") + LINE, 2, "misses ="),
        (HEAD + LINE + "x = \n", 8, "docs/how-to-write-your-own-rules.md"),
        (HEAD + LINE + HEAD + LINE, 9, "its own id"),
        ("[rules]\n", 1, "[[rule]]"),
        ("", 1, "[[rule]]"),
        ("rule = 3\n", 1, "[[rule]]"),
    ],
)
def test_broken_file_is_refused_with_line_and_remedy(text: str, line: int, words: str) -> None:
    with pytest.raises(RuleError) as caught:
        parse_rules(text, "mine.toml")
    assert caught.value.where == f"mine.toml:{line}"
    assert words in (caught.value.hint or "")
    assert isinstance(caught.value, CleanerError)


def _trial(**told: str) -> list[tuple[str, ...]]:
    text = HEAD + LINE
    for name, value in told.items():
        text = "\n".join(f"{name} = {value}" if row.startswith(f"{name} =") else row for row in text.splitlines())
    trial = try_rule(parse_rules(text, "mine.toml")[0])
    return [trial.missed, trial.caught, trial.harms, trial.clashes, trial.known]


def test_sound_rule_is_green() -> None:
    assert _trial() == [(), (), (), (), ()]


def test_missed_hit_is_named() -> None:
    assert _trial(hits='["Tide table", "Ebb table"]')[0] == ("Ebb table",)


def test_caught_miss_is_named() -> None:
    assert _trial(misses='["TIDE TABLE"]')[1] == ("TIDE TABLE",)


def test_prose_that_it_would_drop_is_named() -> None:
    harms = _trial(match='{ kind = "opening", phrases = ["Advertisement spending"], max_words = 20 }')[2]
    assert harms == ("Advertisement spending fell by 4 %.",)


def test_clash_with_a_guard_or_an_id_is_named() -> None:
    assert _trial(id='"ads/label"')[3] == ("a shipped rule has this id",)


def test_hit_that_shipped_rules_drop_already_is_named() -> None:
    assert _trial(hits='["Tide table", "Advertisement"]')[4] == ("Advertisement (ads/label)",)
