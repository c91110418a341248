"""Token tables from the training pages: each registered domain votes once on a token with its share of kept blocks."""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sets import Example

from cleaner.boilerplate.tokentables import MAX_WORDS, TokenTables, block_tokens, name_tokens

PRIOR = 0.3  # share of article among blocks, about
PSEUDO_VOTES = 4
MIN_DOMAINS = 3
MIN_ODDS = 0.15  # weaker tokens say nothing and only make the table long
_MAX_LEVELS = 6

Votes = Mapping[str, Mapping[str, float]]


def name_votes(found: Sequence[Example]) -> Votes:
    """By domain and class, id or tag token: the share of article among its blocks, weighted by the root of their words."""
    return _shares(found, _names_of)


def word_votes(found: Sequence[Example]) -> Votes:
    """By domain and word of short blocks: the share of article among the blocks."""
    return _shares(found, _words_of)


def _names_of(example: Example, index: int) -> tuple[float, set[str]]:
    tokens: set[str] = set()
    for frame in example.page.contexts[index].frame.chain()[:_MAX_LEVELS]:
        tokens.update(name_tokens(frame.tag, frame.names))
    return min(len(example.page.blocks[index].text.split()), 30) ** 0.5, tokens


def _words_of(example: Example, index: int) -> tuple[float, set[str]]:
    text = example.page.blocks[index].text
    return 1.0, set(block_tokens(text)) if len(text.split()) <= MAX_WORDS else set()


def _shares(found: Sequence[Example], tokens_of: Any) -> Votes:
    sums: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(lambda: [0.0, 0.0]))
    for example in found:
        for index, label in enumerate(example.labels):
            if label is None or not example.page.blocks[index].text:
                continue
            weight, tokens = tokens_of(example, index)
            for token in tokens:
                entry = sums[example.domain][token]
                entry[0] += weight * label
                entry[1] += weight
    return {domain: {token: kept / all_ for token, (kept, all_) in own.items()} for domain, own in sums.items()}


class Table(Mapping[str, float]):
    """Log-odds by token from all domains' votes, those of `without` left out: a page never sees its own site's votes."""

    def __init__(self, counted: tuple[dict[str, float], dict[str, int]], without: Mapping[str, float]) -> None:
        self._sums, self._counts = counted
        self._without = without
        self._known: dict[str, float | None] = {}

    def __getitem__(self, token: str) -> float:
        value = self._value(token)
        if value is None:
            raise KeyError(token)
        return value

    def get(self, token: str, default: Any = None) -> Any:
        """The log-odds, or `default`; the inherited one raises and catches, once a word."""
        value = self._value(token)
        return default if value is None else value

    def __contains__(self, token: object) -> bool:
        return self._value(str(token)) is not None

    def __iter__(self) -> Iterator[str]:
        return (token for token in self._counts if token in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _value(self, token: str) -> float | None:
        if token not in self._known:
            self._known[token] = self._odds(token)
        return self._known[token]

    def _odds(self, token: str) -> float | None:
        count, total = self._counts.get(token, 0), self._sums.get(token, 0.0)
        if token in self._without:
            count, total = count - 1, total - self._without[token]
        if count < MIN_DOMAINS:
            return None
        share = min(max((total + PSEUDO_VOTES * PRIOR) / (count + PSEUDO_VOTES), 0.001), 0.999)
        odds = math.log(share / (1 - share)) - math.log(PRIOR / (1 - PRIOR))
        return round(odds, 2) if abs(odds) > MIN_ODDS else None


def counted(votes: Votes, domains: set[str]) -> tuple[dict[str, float], dict[str, int]]:
    """Sum of the shares and number of votes by token, over `domains`."""
    sums: dict[str, float] = defaultdict(float)
    counts: dict[str, int] = defaultdict(int)
    for domain in domains & votes.keys():
        for token, share in votes[domain].items():
            sums[token] += share
            counts[token] += 1
    return sums, counts


class Ballots:
    """The votes of all examples, from which tables are made for any set of domains."""

    def __init__(self, found: Sequence[Example]) -> None:
        self._names, self._words = name_votes(found), word_votes(found)

    def tables(self, domains: set[str], own: str | None = None) -> TokenTables:
        """Tables of the votes of `domains`, less the domain `own`."""
        return self.tables_from(self.counted(domains), own if own in domains else None)

    def counted(self, domains: set[str]) -> tuple[Any, Any]:
        """The counts that `tables_from` reads, made once for many pages."""
        return counted(self._names, domains), counted(self._words, domains)

    def tables_from(self, counts: tuple[Any, Any], own: str | None) -> TokenTables:
        """Tables of counted votes less those of the domain `own`."""
        return TokenTables(
            names=Table(counts[0], self._names.get(own or "", {})),
            words=Table(counts[1], self._words.get(own or "", {})),
        )
