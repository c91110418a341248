"""Facts about `clean`: what it takes, what a policy changes, what it refuses, and what it tells of its work."""

from collections import Counter

import pytest
from cases import CASES, Case, cases

from cleaner.article import Article
from cleaner.boilerplate import segment
from cleaner.boilerplate.refine import Look
from cleaner.boilerplate.rules import shipped_rules
from cleaner.errors import CleanerError, LimitError
from cleaner.model import Page, ReasonCode, Role, Verdict
from cleaner.normalize import replay
from cleaner.parse import decode, looks_like_html, parse_tree
from cleaner.pipeline import clean, clean_text, rule_set
from cleaner.policy import Limits, Policy
from cleaner.rule import Line, Rule

PAGES = [case for case in cases(CASES) if not case.is_plain_text]
ONE = "The lock keeper of Dunmarrow has counted the boats by hand since the bridge was painted green."
TWO = "Every evening she writes the number into a ledger, and every evening the heron looks over her shoulder."
THREE = "Nobody has ever asked for the figures, she says, which is precisely why they have to be right."
HTML = (
    "<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'><title>The ledger of Dunmarrow</title></head><body>"
    "<nav><ul><li><a href='/'>Home</a></li><li><a href='/news'>News</a></li></ul></nav>"
    "<article><h1>The ledger of Dunmarrow</h1>"
    f"<p>{ONE}</p><p class='slot'>Advertisement</p><p>{TWO}</p><p>Ring the brass bell</p>"
    f"<p id='last'>{THREE} <a href='/ledger'>Read the ledger</a> of that year.</p>"
    "</article><footer><p>Privacy policy</p></footer></body></html>"
)
URL = "https://lock.example/news/1"


def dropped(article: Article) -> list[tuple[str, str | None]]:
    return [(decision.block.text, decision.rule) for decision in article.dropped]


def names(case: Case) -> str:
    return case.name


def of(case: Case, policy: Policy = Policy()) -> Article:  # noqa: B008  # frozen
    source = case.source
    page = Page(
        content=case.content, url=source["url"], content_type=source["content_type"], status=source.get("status")
    )
    return clean(page, policy=policy)


def test_bytes_text_and_page_give_the_same_article() -> None:
    content = HTML.encode()
    expected = clean(content, URL).to_dict()
    assert expected == clean(HTML, URL).to_dict()
    assert expected == clean(Page(content=content, url=URL)).to_dict()
    assert expected == clean(bytearray(content), URL).to_dict()  # type: ignore[arg-type]  # taken all the same
    assert expected == clean(memoryview(content), URL).to_dict()  # type: ignore[arg-type]


def test_text_in_python_is_not_decoded_by_what_its_head_says() -> None:
    html = HTML.replace("utf-8", "iso-8859-1").replace("heron", "Fischreiher Ödön")
    assert "Fischreiher Ödön" in clean(html).text


def test_content_type_decides_the_charset() -> None:
    content = HTML.replace("<meta charset='utf-8'>", "").replace("heron", "čáp").encode("iso-8859-2")
    assert "the čáp looks" in clean(content, URL, "text/html; charset=iso-8859-2").text


def test_url_makes_links_absolute() -> None:
    assert "(https://lock.example/ledger)" in clean(HTML, URL).markdown
    assert URL == clean(HTML, URL).url


def test_without_url_no_link_is_invented() -> None:
    assert "lock.example" not in clean(HTML).markdown
    assert clean(HTML).url is None


def test_label_between_paragraphs_is_dropped_with_its_rule() -> None:
    article = clean(HTML)
    assert ("Advertisement", "ads/label") in dropped(article)
    assert "Advertisement" not in article.text


def test_title_is_no_part_of_the_text() -> None:
    article = clean(HTML)
    assert "The ledger of Dunmarrow" == article.meta.title
    assert "The ledger of Dunmarrow" not in article.text
    assert article.markdown.startswith("# The ledger of Dunmarrow\n")


def test_policy_turns_a_rule_off() -> None:
    without = clean(HTML, policy=Policy(off=frozenset({"ads/label"})))
    assert "ads/label" not in [rule for _, rule in dropped(without)]
    assert clean(HTML).ruleset != without.ruleset


def test_policy_adds_a_rule() -> None:
    rule = Rule(
        id="mine/bell",
        match=Line(labels=("Ring the brass bell",)),
        why="A button of this site.",
        hits=("Ring the brass bell",),
        misses=("They ring the brass bell at noon.",),
    )
    article = clean(HTML, policy=Policy(rules=(rule,)))
    assert ("Ring the brass bell", "mine/bell") in dropped(article)
    assert "Ring the brass bell" in clean(HTML).text


def test_policy_keeps_what_a_selector_names_whatever_rules_say() -> None:
    assert "Advertisement" in clean(HTML, policy=Policy(keep=("p.slot",))).text


def test_policy_drops_what_a_selector_names() -> None:
    article = clean(HTML, policy=Policy(drop=("article > p:nth-of-type(3)",)))
    assert TWO not in article.text
    assert TWO in [text for text, _ in dropped(article)]


def test_policy_with_a_broken_selector_is_a_usage_error() -> None:
    with pytest.raises(CleanerError, match="is no CSS selector") as caught:
        clean(HTML, policy=Policy(drop=("[[",)))
    assert 2 == caught.value.exit_code


def test_policy_shows_other_roles() -> None:
    headed = HTML.replace("<p>Ring the brass bell</p>", "<h2>Who counts, and why</h2>")
    bare = Policy(shown=frozenset({Role.PARAGRAPH}))
    assert "Who counts, and why" in clean(headed).text
    assert "Who counts, and why" not in clean(headed, policy=bare).text
    assert clean(headed).blocks == clean(headed, policy=bare).blocks


def test_policy_that_shows_nothing_leaves_a_reason() -> None:
    article = clean(HTML, policy=Policy(shown=frozenset()))
    assert ("", ReasonCode.NO_CONTENT) == (article.text, article.reason and article.reason.code)


@pytest.mark.parametrize(
    ("limits", "content"),
    [
        (Limits(max_bytes=100), HTML),
        (Limits(max_blocks=2), HTML),
        (Limits(max_chars=40), HTML),
        (Limits(max_page_attributes=10), HTML + "<p a b c>" * 60),
        (Limits(max_tags=20), HTML + "<br>" * 60),
        (Limits(max_attributes=10), HTML.replace("<p>", "<p " + " ".join(f"a{n}" for n in range(60)) + ">")),
    ],
    ids=["bytes", "blocks", "chars", "page-attributes", "tags", "attributes"],
)
def test_page_beyond_a_limit_raises_the_limit(limits: Limits, content: str) -> None:
    with pytest.raises(LimitError) as caught:
        clean(content, policy=Policy(limits=limits))
    assert 6 == caught.value.exit_code
    assert clean(content).text


def test_explain_lists_what_stands_outside_the_article() -> None:
    article, whole = clean(HTML), clean(HTML, policy=Policy(explain="all"))
    assert "Privacy policy" not in [text for text, _ in dropped(article)]
    assert {"Home", "News", "Privacy policy", "Advertisement"} <= {text for text, _ in dropped(whole)}
    assert (article.text, article.outside) == (whole.text, whole.outside)


@pytest.mark.parametrize("case", PAGES, ids=names)
def test_dropped_ones_lie_between_the_first_and_the_last_kept_block(case: Case) -> None:
    article = of(case)
    if article.reason is None:
        # Blocks that lost all their text, or became part of another, stood in the range too.
        kept = [block.index for block in article.blocks] + [e.absorbs for e in article.edits if e.absorbs is not None]
        whole = of(case, Policy(explain="all"))
        indexes = [decision.block.index for decision in article.dropped]
        assert sorted(indexes) == indexes
        assert all(min(kept) < index < max(kept) for index in indexes)
        assert set(indexes) <= {decision.block.index for decision in whole.dropped}


@pytest.mark.parametrize("case", PAGES, ids=names)
def test_outside_counts_what_explain_all_lists_besides(case: Case) -> None:
    article, whole = of(case), of(case, Policy(explain="all"))
    listed = {decision.block.index for decision in article.dropped}
    others = [decision for decision in whole.dropped if decision.block.index not in listed]
    # Inside the range, drops without text (pictures) are neither listed nor counted; all else is one or the other.
    counted = Counter(article.outside)
    assert Counter(decision.rule for decision in others if decision.block.text) <= counted
    assert counted <= Counter(decision.rule for decision in others)


@pytest.mark.parametrize("case", PAGES, ids=names)
def test_every_drop_has_its_evidence_and_no_block_is_both_kept_and_dropped(case: Case) -> None:
    article = of(case, Policy(explain="all"))
    assert all(decision.verdict is Verdict.DROP for decision in article.dropped)
    kept, gone = {block.index for block in article.blocks}, {decision.block.index for decision in article.dropped}
    assert kept & gone == set()


@pytest.mark.parametrize("case", PAGES, ids=names)
def test_edits_replay_on_the_blocks_of_the_page(case: Case) -> None:
    article = of(case)
    content_type = case.source["content_type"]
    if article.reason is not None or looks_like_html(case.content, content_type):
        assert article.edits == ()
        return
    tree = parse_tree(decode(case.content, content_type).text, Limits())
    assert tree is not None
    replayed = replay(segment(tree).blocks, article.edits)
    assert {b.index: b.text for b in article.blocks if b.text} == {
        b.index: replayed.get(b.index) for b in article.blocks if b.text
    }


def test_there_are_edits_to_replay() -> None:
    assert sum(bool(of(case).edits) for case in PAGES) >= 3


@pytest.mark.parametrize("status", [400, 404, 410, 500, 503])
def test_error_status_is_a_reason_whatever_the_page_says(status: int) -> None:
    article = clean(Page(content=HTML.encode(), url=URL, status=status))
    assert article.reason is not None
    assert (ReasonCode.ERROR_PAGE, f"HTTP status {status}") == (article.reason.code, article.reason.evidence)
    assert URL == article.url


@pytest.mark.parametrize("status", [None, 200, 203, 304])
def test_other_statuses_are_no_reason(status: int | None) -> None:
    assert clean(Page(content=HTML.encode(), status=status)).reason is None


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", ReasonCode.EMPTY),
        (b"\n \t", ReasonCode.EMPTY),
        (b"%PDF-1.7", ReasonCode.NOT_HTML),
        (b"\x89PNG\r\n\x1a\n", ReasonCode.NOT_HTML),
        (b"<html><body></body></html>", ReasonCode.NO_CONTENT),
    ],
)
def test_page_without_article_has_its_reason(content: bytes, code: ReasonCode) -> None:
    article = clean(content)
    assert ("", code) == (article.text, article.reason and article.reason.code)


def test_same_policy_compiles_its_rules_once() -> None:
    assert rule_set() is rule_set()
    assert rule_set().version == clean(HTML).ruleset == clean_text(ONE).ruleset


@pytest.mark.parametrize("rule", sorted({rule.id for rule in shipped_rules()})[::25])
def test_every_rule_can_be_off(rule: str) -> None:
    assert rule_set(off=frozenset({rule})).version != rule_set().version


def test_plain_text_rules_can_be_off() -> None:
    text = f"{ONE}\n\nAdvertisement\n\n{TWO}"
    assert f"{ONE}\n\n{TWO}" == clean_text(text).text
    assert text == clean_text(text, policy=Policy(off=frozenset({"ads/label"}))).text


def test_a_lone_menu_word_is_no_article() -> None:
    article = clean("<html><body><nav><a href=/>Home</a></nav></body></html>")
    assert article.text == ""
    assert article.reason is not None
    assert ReasonCode.NO_CONTENT == article.reason.code
    assert "Home" in article.reason.evidence


def test_a_lone_word_stays_when_a_selector_asks_for_it() -> None:
    assert "Home" == clean("<html><body><p class=x>Home</p></body></html>", policy=Policy(keep=("p.x",))).text


def test_without_metadata_the_body_is_the_same_and_nothing_is_guessed() -> None:
    html = (
        "<html><body><article>"
        + "<p>The ferry left the quay on 3 May 2026, and everybody on it was glad of that.</p>" * 4
    )
    whole, bare = clean(html), clean(html, policy=Policy(metadata=False))
    assert (whole.text, whole.blocks) == (bare.text, bare.blocks)
    assert (whole.meta.language, bare.meta.language, bare.meta.published) == ("en", None, None)


def test_what_the_user_names_is_kept_though_it_is_not_shown_to_the_extractor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Look, "is_sure", False)
    monkeypatch.setattr(Look, "clear", property(lambda seen: [f for f in seen.features._frames if f.tag == "footer"]))
    page = HTML.replace("</body>", "<footer><p>Written on the quay in one evening.</p></footer></body>")
    assert "on the quay" not in clean(page).text
    assert "on the quay" in clean(page, policy=Policy(keep=("footer",))).text
