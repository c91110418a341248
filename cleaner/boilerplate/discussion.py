"""The readers' comments under an article: text like its own, told by the names of the elements around it and by its place."""

from collections.abc import Sequence

from cleaner.boilerplate.frame import Frame
from cleaner.boilerplate.segment import Segmented
from cleaner.boilerplate.sight import Sight, evidence_for
from cleaner.text import words

__all__ = ["drop_comments"]

RULE = "structure/comments"
# A page with less text of its own above its comments is a thread, whose replies are what it is about.
_MIN_ARTICLE_WORDS = 150
_NAMES = frozenset(
    "comment-body comment-content comment-item comment-list comment-section comment-text comment-thread comment-wrapper comment_body"
    " comment_content comment_list comment_text comment__body comment__content comment__text commentbody commentcontent commentlist"
    " commentlisting comments-area comments-container comments-list comments-section comments-wrapper comments__list commenttext"
    " disqus_thread".split()
)


def drop_comments(page: Segmented, sights: Sequence[Sight]) -> None:
    """Located blocks in elements named after comments go, where an article of some length stands before them."""
    known: dict[int, bool] = {}
    located = [sight for sight in sights if sight.located and sight.block.text]
    comments = {s.block.index for s in located if _is_comment(page.contexts[s.block.index].frame, known)}
    if not comments:
        return  # most pages: their words need no counting
    before = 0
    for sight in located:
        if sight.block.index not in comments:
            before += words(sight.block.text)
        elif before >= _MIN_ARTICLE_WORDS:
            sight.drop(evidence_for(RULE, sight.block, "a reader's comment under the article, by the names around it"))


def _is_comment(frame: Frame | None, known: dict[int, bool]) -> bool:
    """Whether the frame or one around it is named after comments; `known` remembers the answers by frame number."""
    climbed = []
    while frame is not None and frame.number not in known and _NAMES.isdisjoint(frame.names.lower().split()):
        climbed.append(frame.number)
        frame = frame.parent
    found = frame is not None and known.setdefault(frame.number, True)
    known.update(dict.fromkeys(climbed, found))
    return found
