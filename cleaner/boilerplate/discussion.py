"""What readers and customers wrote: text like the page's own, told by the names of the elements around it and by its place."""

from collections.abc import Callable, Sequence

from cleaner.boilerplate.frame import Frame, split_names
from cleaner.boilerplate.segment import Segmented
from cleaner.boilerplate.sight import Sight, evidence_for
from cleaner.policy import PageTypePolicy
from cleaner.text import words

__all__ = ["drop_discussion"]

COMMENTS, REVIEWS = "structure/comments", "structure/reviews"
# A page with less text of its own above its comments is a thread, whose replies are what it is about.
_MIN_ARTICLE_WORDS = 150
_MAX_REVIEWS_SHARE = 0.8  # of the choice: beyond, the page is about them
_COMMENT_NAMES = frozenset(
    "comment-body comment-content comment-item comment-list comment-section comment-text comment-thread comment-wrapper comment_body"
    " comment_content comment_list comment_text comment__body comment__content comment__text commentbody commentcontent commentlist"
    " commentlisting comments-area comments-container comments-list comments-section comments-wrapper comments__list commenttext"
    " disqus_thread forum-texte comment-texte".split()  # the last two are those of SPIP
)
_REVIEW_NAMES = frozenset("judgeme okendo review reviews testimonial testimonials trustpilot ugc yotpo".split())


def drop_discussion(page: Segmented, sights: Sequence[Sight], policy: PageTypePolicy) -> None:
    """Located blocks that readers or customers wrote go, as far as pages of this type are about something else."""
    located = [sight for sight in sights if sight.located and sight.block.text]
    if not policy.comments_are_text:
        _drop_comments(located, _under(page, located, _says_comments))
    if policy.reviews_go:
        _drop_reviews(located, _under(page, located, _says_reviews))


def _drop_comments(located: Sequence[Sight], comments: frozenset[int]) -> None:
    """Comments go where an article of some length stands before them."""
    if not comments:
        return  # most pages: their words need no counting
    before = 0
    for sight in located:
        if sight.block.index not in comments:
            before += words(sight.block.text)
        elif before >= _MIN_ARTICLE_WORDS:
            sight.drop(
                evidence_for(COMMENTS, sight.block, "a reader's comment under the article, by the names around it")
            )


def _drop_reviews(located: Sequence[Sight], reviews: frozenset[int]) -> None:
    """Reviews go where they are not nearly all there is."""
    written = sum(len(sight.block.text) for sight in located if sight.block.index in reviews)
    if written <= _MAX_REVIEWS_SHARE * sum(len(sight.block.text) for sight in located):
        for sight in located:
            if sight.block.index in reviews:
                sight.drop(evidence_for(REVIEWS, sight.block, "a customer's review, by the names around it"))


def _says_comments(names: str) -> bool:
    return not _COMMENT_NAMES.isdisjoint(names.lower().split())


def _says_reviews(names: str) -> bool:
    return bool(names) and not _REVIEW_NAMES.isdisjoint(split_names(names))


def _under(page: Segmented, sights: Sequence[Sight], says: Callable[[str], bool]) -> frozenset[int]:
    """Indexes of the blocks that an element with such names holds."""
    known: dict[int, bool] = {}
    return frozenset(s.block.index for s in sights if _is_under(page.contexts[s.block.index].frame, says, known))


def _is_under(frame: Frame | None, says: Callable[[str], bool], known: dict[int, bool]) -> bool:
    """Whether the frame or one around it has such names; `known` remembers the answers by frame number."""
    climbed = []
    while frame is not None and frame.number not in known and not says(frame.names):
        climbed.append(frame.number)
        frame = frame.parent
    found = frame is not None and known.setdefault(frame.number, True)
    known.update(dict.fromkeys(climbed, found))
    return found
