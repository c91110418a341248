"""What the rules did, what failed, and how the archive grows."""

from collections import Counter
from dataclasses import fields
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from cleaner.archive import Count, Filter, RuleCount
from cleaner.boilerplate.rules import shipped_rules
from cleaner.errors import InputError
from cleaner.jobs.crawl import count_failures, failures
from cleaner.joining import REPEATED
from cleaner.rule import AllOf, Match, Rule
from cleaner.web import plots
from cleaner.web.desk import desk_of, html_page

__all__ = ["failures_page", "rule_page", "rules_page", "statistics_page"]

NEWEST = 20
FAILURES_SHOWN = 200
TOP = 20
ALL_DAYS = 4_000  # eleven years of days


async def rules_page(request: Request) -> Response:
    """Every shipped rule by its shelf, with how often it fired here."""
    counts = {count.rule: count for count in desk_of(request).archive.survey.rules()}
    shelves: dict[str, list[tuple[Rule, RuleCount | None]]] = {}
    for rule in shipped_rules():
        shelves.setdefault(rule.id.partition("/")[0], []).append((rule, counts.pop(rule.id, None)))
    return html_page(request, "rules.html", shelves=shelves, others=list(counts.values()))


async def rule_page(request: Request) -> Response:
    """One rule: why, what it catches and leaves, how often it fired here, and where last."""
    rule_id = str(request.path_params["id"])
    survey = desk_of(request).archive.survey
    rule = next((rule for rule in shipped_rules() if rule.id == rule_id), None)
    count = survey.rule(rule_id)
    if rule is None and not count.captures and rule_id not in _KNOWN:
        raise InputError("is no rule here", where=rule_id[:80], hint="the list of rules has them all")
    return html_page(
        request,
        "rule.html",
        rule_id=rule_id,
        rule=rule,
        told=_KNOWN.get(rule_id, ""),
        matches=_match_lines(rule.match) if rule else [],
        count=count,
        firings=survey.firings(rule_id, limit=NEWEST),
    )


# What decides beside the rule files, in words.
_KNOWN = {
    REPEATED: "An article over several pages is joined; what an earlier page has already is left out of the later ones.",
    "paragraphs/torn": "A sentence stood in two blocks because residue stood between them; its halves are one paragraph again.",
    "model": "A learned scorer that weighs a block's length, links, place and neighbours.",
    "trafilatura": "The extractor's choice of what the article is.",
}


def _match_lines(match: Match) -> list[tuple[str, list[tuple[str, str]]]]:
    """Each thing the rule looks at: its kind, and its fields in words."""
    if isinstance(match, AllOf):
        return [line for part in match.matches for line in _match_lines(part)]
    told = []
    for part in fields(match):
        value: Any = getattr(match, part.name)
        told.append((part.name.replace("_", " "), " · ".join(value) if isinstance(value, tuple) else str(value)))
    return [(type(match).__name__.lower(), told)]


async def failures_page(request: Request) -> Response:
    """What the crawls could not get, and pages that gave no article by reason, newest first."""
    archive = desk_of(request).archive
    survey, failed = archive.survey, Filter(state="failures")
    return html_page(
        request,
        "failures.html",
        missed=failures(archive.path, limit=FAILURES_SHOWN),
        missed_total=count_failures(archive.path),
        reasons=survey.reasons(),
        without=list(archive.ls(failed, limit=FAILURES_SHOWN)),
        total=survey.count(failed),
    )


async def statistics_page(request: Request) -> Response:
    """Articles over time, removals by rule, sites, languages: numbers with their plots."""
    survey = desk_of(request).archive.survey
    rules = [Count(name=count.rule, count=count.inside) for count in survey.rules() if count.inside]
    shelves: Counter[str] = Counter()
    for count in rules:
        shelves[count.name.partition("/")[0]] += count.count
    return html_page(
        request,
        "statistics.html",
        totals=survey.totals(),
        removed=sum(shelves.values()),
        growth=plots.over_time(survey.days(limit=ALL_DAYS)),
        rules=plots.bars(rules[:TOP], "/rules/"),
        shelves=plots.bars([Count(name=name, count=count) for name, count in shelves.most_common(TOP)]),
        hosts=plots.bars(survey.hosts(limit=TOP), "/?host="),
        languages=plots.bars(survey.languages()[:TOP]),
    )
