"""Which blocks of a page its reference text holds: by the longest common subsequence of words, or by stated segments."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from rapidfuzz.distance import LCSseq

from cleaner.boilerplate import Choice

Labels = list[bool | None]

_WORD = re.compile(r"\w+")
_SURE_WORDS = 5  # shorter blocks match by chance: they need a kept neighbour
_LONG_SEGMENT = 25  # characters; a block longer than this that lies inside a segment shares its label
MIN_LABEL_F1 = 0.85  # below, the reference is another text than the page's


def label_by_text(texts: Sequence[str], reference: str) -> Labels:
    """True for blocks with over half of their words on the common subsequence; short ones need a kept neighbour."""
    words = [_WORD.findall(text.lower()) for text in texts]
    owners = [i for i, own in enumerate(words) for _ in own]
    numbers: dict[str, int] = {}
    page = [numbers.setdefault(word, len(numbers)) for own in words for word in own]
    wanted = [numbers.setdefault(word, len(numbers)) for word in _WORD.findall(reference.lower())]
    hits = [0] * len(texts)
    for step in LCSseq.opcodes(page, wanted):
        if step.tag == "equal":
            for k in range(step.src_start, step.src_end):
                hits[owners[k]] += 1
    kept = [2 * hit > len(own) > 0 for hit, own in zip(hits, words, strict=True)]
    filled = [i for i, own in enumerate(words) if own]
    sure = [kept[i] and len(words[i]) >= _SURE_WORDS for i in filled]
    labels: Labels = list(kept)
    for place, i in enumerate(filled):
        if kept[i] and not sure[place]:
            labels[i] = any(sure[max(0, place - 2) : place + 3])
    return labels


def label_by_segments(texts: Sequence[str], truth: dict[str, Any]) -> Labels:
    """True or False for blocks that hold a segment, or lie inside one; None for all others."""
    labels: Labels = [None] * len(texts)
    folded = [_squeezed(text) for text in texts]
    for segments, label in ((truth["with"], True), (truth["without"], False)):
        for segment in map(_squeezed, segments):
            for i, text in enumerate(folded):
                if labels[i] is None and text and (segment in text or (len(text) > _LONG_SEGMENT and text in segment)):
                    labels[i] = label
    return labels


def is_doubtful(texts: Sequence[str], labels: Labels, choice: Choice, truth: dict[str, Any]) -> bool:
    """Whether the reference is likely wrong: no choice of blocks gives it, or trafilatura's is far more, or all else."""
    if (
        word_scores("\n".join(t for t, label in zip(texts, labels, strict=True) if label), truth["text"])[2]
        < MIN_LABEL_F1
    ):
        return True
    if truth.get("type", "article") != "article":
        return False
    located = "\n".join(t for t, share in zip(texts, choice.kept, strict=True) if 2 * share > 1)
    precision, recall, _ = word_scores(located, truth["text"])
    return (recall > 0.93 and precision < 0.5) or recall < 0.05


def word_scores(text: str, reference: str) -> tuple[float, float, float]:
    """Precision, recall and F1 over bags of lower-cased words."""
    got, want = _WORD.findall(text.lower()), _WORD.findall(reference.lower())
    if not got or not want:
        same = float(bool(got) == bool(want))
        return same, same, same
    hit = sum((Counter(got) & Counter(want)).values())
    return hit / len(got), hit / len(want), 2 * hit / (len(got) + len(want))


def _squeezed(text: str) -> str:
    return " ".join(text.split())
