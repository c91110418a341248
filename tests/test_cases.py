"""Every fact that a case folder states, one test item each; a known failure is one strict xfail until all its facts hold."""

import pytest
from cases import CASES, KNOWN_FAILURES, Case, Fact, cases, facts

HTML_FILES = ("page.html", "source.json", "expected.txt", "dropped.json", "meta.json")
TEXT_FILES = ("page.txt", "expected.txt", "dropped.json")
MIN_CASES = 30  # a moved folder must not pass as a green run
MIN_LANGUAGES = 10


def known_failures() -> list[object]:
    return [
        pytest.param(case, id=case.name, marks=pytest.mark.xfail(strict=True, reason=case.why, raises=AssertionError))
        for case in cases(KNOWN_FAILURES)
    ]


def stated() -> list[object]:
    """Facts of the complete folders; an incomplete one is named by test_case_folder_is_complete."""
    return [pytest.param(fact, id=fact.id) for case in cases(CASES) if not missing(case) for fact in facts(case)]


def missing(case: Case) -> list[str]:
    wanted = TEXT_FILES if case.is_plain_text else HTML_FILES
    return [name for name in wanted if not (case.folder / name).exists()]


@pytest.mark.parametrize("fact", stated())
def test_case_holds(fact: Fact) -> None:
    assert fact.wanted == fact.seen()


@pytest.mark.parametrize("case", known_failures())
def test_known_failure_still_fails(case: Case) -> None:
    for fact in facts(case):
        assert fact.wanted == fact.seen(), fact.id


@pytest.mark.parametrize("case", [*cases(CASES), *cases(KNOWN_FAILURES)], ids=lambda case: case.name)
def test_case_folder_is_complete(case: Case) -> None:
    assert missing(case) == []


@pytest.mark.parametrize("case", [c for c in cases(CASES) if not c.is_plain_text], ids=lambda case: case.name)
def test_case_expects_text_or_a_reason(case: Case) -> None:
    assert bool(case.text) == (case.reason is None)


def test_cases_are_many_and_of_many_languages() -> None:
    html = [case for case in cases(CASES) if not case.is_plain_text]
    languages = {case.meta["language"] for case in html if "language" in case.meta}
    assert len(cases(CASES)) >= MIN_CASES
    assert len(languages) >= MIN_LANGUAGES
