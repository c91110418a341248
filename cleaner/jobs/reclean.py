"""Today's rules over what is kept: a better rule mends the whole archive. Resumable, since what is done says so itself."""

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Literal

from cleaner.archive import EVERYTHING, Archive, Entry, Filter, layout
from cleaner.archive.learning import Learning
from cleaner.article import Article
from cleaner.errors import CleanerError
from cleaner.fetch import taught
from cleaner.jobs.apart import Apart
from cleaner.policy import Policy

__all__ = ["Line", "Recleaned", "reclean"]

What = Literal["same", "changed", "failed"]
FATAL = frozenset({7, 75})  # exit codes of the archive and its disk: no page's fault, and no use to go on


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line that the new text has not any more (`out`) or has now (`in`), and the rule that says so, where one does."""

    kind: Literal["out", "in"]
    text: str
    rule: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recleaned:
    """What became of one capture: its lines are empty unless it `changed`, `error` is None unless it `failed`."""

    entry: Entry
    what: What
    lines: tuple[Line, ...] = ()
    error: CleanerError | None = None


def reclean(
    archive: Archive,
    policy: Policy = Policy(),  # noqa: B008  # frozen
    wanted: Filter = EVERYTHING,
    *,
    dry_run: bool = False,
    learned: bool = False,
) -> Iterator[Recleaned]:
    """Each capture not cleaned yet as this program, these rules, this policy and the archive's sites clean, oldest first.

    With `learned`, what crawls learned of each host counts too.

    A capture counts as done when its new record stands, so a run that was killed is simply run again. With `dry_run`
    nothing is written. Pages that hold no text by their type are passed over.
    """
    policy = taught.heeding(policy, layout.site_files(archive.path))
    with Apart() as apart, Learning(archive.path) if learned else nullcontext() as learning:
        for entry in archive.ls(wanted, oldest_first=True):
            own = replace(policy, learned=learning.memory(entry.host)) if learning else policy
            # A further page of an article is cleaned with its first one.
            if entry.part_of is None and entry.cleaning != archive.cleaning(own):
                done = _recleaned(archive, entry, own, apart, dry_run=dry_run)
                if done is not None:
                    yield done


def _recleaned(archive: Archive, entry: Entry, policy: Policy, clean: Apart, *, dry_run: bool) -> Recleaned | None:
    try:
        page = archive.page(entry)
        if page is None:
            return None
        article = clean(page, policy)
        old = archive.version_text(entry.version) if entry.version else ""
        lines = _lines(archive, entry, old, article) if old != article.text else ()
        if not dry_run:
            archive.keep_again(entry, article, policy=policy)
    except CleanerError as error:
        if error.exit_code in FATAL and error.code != "damaged":
            raise
        return Recleaned(entry=entry, what="failed", error=error)
    return Recleaned(entry=entry, what="changed" if lines else "same", lines=lines)


def _lines(archive: Archive, entry: Entry, old: str, article: Article) -> tuple[Line, ...]:
    now = {decision.block.text: decision.rule for decision in article.dropped}
    before = {str(row["text"]): str(row["rule"]) for row in archive.show(entry.id).dropped}
    one, other = old.splitlines(), article.text.splitlines()
    found: list[Line] = []
    for tag, i, j, k, m in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag != "equal":
            found += [Line(kind="out", text=text, rule=now.get(text)) for text in one[i:j] if text]
            found += [Line(kind="in", text=text, rule=before.get(text)) for text in other[k:m] if text]
    return tuple(found)
