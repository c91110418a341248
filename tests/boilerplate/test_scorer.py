"""The scorer, its features and the correction of the extractor's choice."""

import gzip
import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from cleaner.boilerplate import Choice, Segmented, locate, segment
from cleaner.boilerplate.features import CHOSEN, FEATURES, SEEN, PageFeatures
from cleaner.boilerplate.frame import Frame
from cleaner.boilerplate.refine import HIGH, LOW, choose, look, refine
from cleaner.boilerplate.scorer import MODEL_FILE, STEPS, Forest, Scorer, shipped_scorer
from cleaner.boilerplate.tokentables import TokenTables, block_tokens, name_tokens
from cleaner.model import Meta, Role, Verdict
from cleaner.parse import parse_tree
from cleaner.policy import Limits

CASES = Path(__file__).parents[2] / "fixtures" / "cases"
PAGES = sorted(CASES.glob("news-*/page.html"))


def paged(markup: str) -> Segmented:
    tree = parse_tree(markup, Limits())
    assert tree is not None
    return segment(tree)


def chosen(page: Segmented, *kept: int) -> Choice:
    return Choice(kept=tuple(float(block.index in kept) for block in page.blocks), words=1)


def forest() -> dict[str, object]:
    """Two trees: links count against, words count for."""
    links, words = FEATURES.index("link share"), FEATURES.index("words")
    trees = [
        {"asked": [links], "borders": [0.5], "leaves": [1.0, -3.0], "weights": [3.0, 1.0]},
        {"asked": [words, links], "borders": [2.0, 0.9], "leaves": [-1.0, 2.0, -2.0, 0.5], "weights": [1, 1, 1, 1]},
    ]
    return {"trees": trees, "bias": 0.25}


def stored(**changed: object) -> dict[str, object]:
    """A scorer whose three models are that forest."""
    whole = {"version": "t", "features": list(FEATURES), "names": {}, "words": {}} | {step: forest() for step in STEPS}
    return whole | changed


def shipped() -> Scorer:
    scorer = shipped_scorer()
    assert scorer is not None
    return scorer


def rows_of(path: Path) -> np.ndarray:
    page = paged(path.read_bytes().decode("utf-8", "replace"))
    features = PageFeatures(page, Meta(title="A title", byline="Some One"), shipped().tables)
    kept = np.array([index % 2 for index in features.blocks], np.float32)
    return np.hstack([features.seen, features.chosen(kept)])


def in_a_loop(model: dict[str, object], row: np.ndarray) -> float:
    """The probability as the model file reads, tree by tree."""
    odds = float(model["bias"])  # type: ignore[arg-type]
    for tree in model["trees"]:  # type: ignore[attr-defined]
        answers = [row[f] > np.float32(b) for f, b in zip(tree["asked"], tree["borders"], strict=True)]
        odds += tree["leaves"][sum(bit << k for k, bit in enumerate(answers))]
    return 1 / (1 + np.exp(-odds))


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("path", PAGES[:3], ids=lambda path: path.parent.name)
def test_shipped_scores_equal_a_plain_loop_over_the_trees(path: Path, step: str) -> None:
    model = json.loads(gzip.decompress((files("cleaner.boilerplate") / MODEL_FILE).read_bytes()))
    rows = rows_of(path)[:, : len(STEPS[step])]
    expected = [in_a_loop(model[step], row) for row in rows]
    assert expected == pytest.approx(getattr(shipped(), step).probabilities(rows).tolist(), abs=1e-4)


def test_small_model_adds_up_its_leaves() -> None:
    row = np.zeros((1, len(FEATURES)), np.float32)
    row[0, FEATURES.index("words")] = 3.0
    expected = 1 / (1 + np.exp(-(1.0 + 2.0 + 0.25)))
    assert expected == pytest.approx(Forest.from_dict(forest(), FEATURES).probabilities(row)[0])


def test_what_features_were_worth_adds_up_to_the_odds() -> None:
    model = shipped().refiner
    rows = rows_of(PAGES[0])
    probabilities = model.probabilities(rows).astype(float)
    odds = np.log(probabilities / (1 - probabilities))
    before = model.bias + sum(float(mean) for mean in model.means[0][:, 0])
    assert (odds - before).tolist() == pytest.approx(model._worth(rows).sum(axis=1).tolist(), abs=1e-2)


def test_reason_names_the_strongest_feature_first() -> None:
    row = np.zeros((1, len(FEATURES)), np.float32)
    row[0, FEATURES.index("link share")] = 1.0
    assert Forest.from_dict(forest(), FEATURES).reasons(row, [False])[0].startswith("link share 1.00 (-")


def test_reasons_speak_for_what_was_decided() -> None:
    row = np.zeros((1, len(FEATURES)), np.float32)
    row[0, FEATURES.index("words")], row[0, FEATURES.index("link share")] = 3.0, 1.0
    kept, dropped = (Forest.from_dict(forest(), FEATURES).reasons(row, [keeps])[0] for keeps in (True, False))
    assert ("words 3.00 (+" in kept, "(-" in kept, "link share 1.00 (-" in dropped, "(+" in dropped) == (
        True,
        False,
        True,
        False,
    )


def test_model_of_other_features_is_refused() -> None:
    with pytest.raises(ValueError, match="make train"):
        Scorer.from_dict(stored(features=["words"]))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.parent.name)
def test_features_are_whole_numbers_for_every_text_block(path: Path) -> None:
    page = paged(path.read_bytes().decode("utf-8", "replace"))
    features = PageFeatures(page, Meta(), TokenTables())
    chosen_columns = features.chosen(np.zeros(len(features.blocks), np.float32))
    assert [block.index for block in page.blocks if block.text] == list(features.blocks)
    assert (len(features.blocks), len(SEEN)) == features.seen.shape
    assert (len(features.blocks), len(CHOSEN)) == chosen_columns.shape
    assert np.isfinite(features.seen).all()
    assert np.isfinite(chosen_columns).all()


def test_page_without_text_has_no_features_and_keeps_its_choice() -> None:
    page = paged("<body><img src=/a.png></body>")
    seen = look(page, Meta(), "", shipped())
    assert not seen.is_sure
    assert chosen(page) == refine(page, chosen(page), seen.features, shipped())


def column(page: Segmented, name: str, *kept: int, stated: str = "") -> list[float]:
    features = PageFeatures(page, Meta(title="Ferry returns"), TokenTables(), stated)
    choice = np.array([float(index in kept) for index in features.blocks], np.float32)
    return np.hstack([features.seen, features.chosen(choice)])[:, FEATURES.index(name)].tolist()


def in_frames(page: Segmented, kept: tuple[int, ...]) -> list[float]:
    """The kept share of the words in each block's parent element, by looking at every block."""
    shares = []
    for context in page.contexts:
        parent = context.frame.parent or context.frame
        inside = [block for block in page.blocks if parent in page.contexts[block.index].frame.chain()]
        counts = [len(block.text.split()) for block in inside]
        held = sum(n for n, block in zip(counts, inside, strict=True) if block.index in kept)
        shares.append(held / sum(counts))
    return shares


@pytest.mark.parametrize("path", PAGES[:8], ids=lambda path: path.parent.name)
def test_sums_over_elements_equal_a_plain_count(path: Path) -> None:
    page = paged(path.read_bytes().decode("utf-8", "replace"))
    page = Segmented(
        blocks=tuple(b for b in page.blocks if b.text.isascii() and b.text),
        contexts=tuple(page.contexts[b.index] for b in page.blocks if b.text.isascii() and b.text),
        nodes=(),
        frames=page.frames,
    )
    page = Segmented(
        blocks=tuple(replace(b, index=i, text=" ".join(b.text.split())) for i, b in enumerate(page.blocks)),
        contexts=page.contexts, nodes=(), frames=page.frames,
    )  # fmt: skip
    kept = tuple(range(0, len(page.blocks), 3))
    assert in_frames(page, kept) == pytest.approx(column(page, "kept share of parent element", *kept), abs=1e-5)


def steps_up(page: Segmented, container: Frame) -> list[int]:
    """How far up from each block an element holds the container, climbing one by one."""
    around = container.chain()
    return [next(n for n, f in enumerate(c.frame.chain()) if f in around) for c in page.contexts]


def test_steps_to_a_container_equal_a_climb() -> None:
    prose = "Twelve words of running text stand in this paragraph so that it counts."
    page = paged(f"<div><div><p>{prose}</p><p>{prose}</p></div><ul><li>One</li></ul></div><footer><p>End</p></footer>")
    container = page.contexts[0].frame.parent
    assert container is not None
    assert [float(n) for n in steps_up(page, container)] == column(
        page, "steps to the element with 95 % of running text"
    )


def test_clear_elements_are_the_outermost_ones_that_hold_blocks_and_no_marked_one() -> None:
    page = paged(
        "<div id=a><p>one</p><div id=b><p>two</p></div></div><div id=c><ul><li>three</li></ul><p>four</p></div><div id=d></div>"
    )
    features = PageFeatures(page, Meta(), TokenTables())
    names = [frame.names or frame.tag for frame in features.clear_of(np.array([False, False, False, True]))]
    assert ["a", "ul"] == names
    assert ["a", "c"] == [frame.names for frame in features.clear_of(np.zeros(4, bool))]
    assert [] == features.clear_of(np.ones(4, bool))


def test_share_in_the_stated_text_counts_runs_of_words() -> None:
    stated = " ".join(f"word{n}" for n in range(60))
    page = paged("<p>word3 word4</p><p>word7 word8 word9 word10 other</p><p>elsewhere</p>")
    assert [1.0, 0.5, 0.0] == column(page, "share in the stated text", stated=stated)
    assert [-1.0] * 3 == column(page, "share in the stated text")


def test_features_say_what_stands_around_a_block() -> None:
    page = paged("<h1>Ferry returns</h1><p>One two three four five</p><p><a href=/x>All linked</a></p>")
    assert [0.0, 0.0, 1.0] == column(page, "link share")
    assert [1.0, 0.0, 0.0] == column(page, "words of the title")
    assert [-1.0, 0.0, 1.0] == column(page, "kept of block before", 1)
    assert [1.0, 30.0, 30.0] == column(page, "blocks to a kept one", 1)


def test_share_of_the_element_counts_words_not_blocks() -> None:
    page = paged("<div><p>one two three</p><p>four</p></div><div><p>five</p></div>")
    assert [0.75, 0.75, 0.0] == pytest.approx(column(page, "kept share of parent element", 0))


def refined(page: Segmented, *kept: int) -> Choice:
    return refine(page, chosen(page, *kept), PageFeatures(page, Meta(), TokenTables()), Scorer.from_dict(stored()))


def test_low_score_drops_and_high_score_adds_with_evidence() -> None:
    prose = " ".join(["The ferry came back to the harbour on Monday after a winter of repairs."] * 3)
    page = paged(f"<p>{prose}</p><p>{prose} Again.</p><p><a href=/x>More</a></p>")
    choice = refined(page, 0, 2)
    assert (1.0, 1.0, 0.0) == choice.kept
    said = {index: (e.rule, e.verdict) for index, e in choice.evidence.items()}
    assert {1: ("model/added", Verdict.KEEP), 2: ("model/unlikely", Verdict.DROP)} == said
    assert "scored" in choice.evidence[2].why


def test_choice_stands_whole_where_the_scorer_would_empty_it() -> None:
    page = paged("<p><a href=/a>All of this page is links</a></p><p><a href=/b>and nothing but links</a></p>")
    assert chosen(page, 0, 1) == refined(page, 0, 1)


def test_no_cell_is_taken_out_of_a_kept_table() -> None:
    rows = "".join(f"<tr><td><a href=/{n}>{n}</a></td><td>a value</td></tr>" for n in range(4))
    prose = "The table below lists the crossings of the last four years and what they cost on average."
    page = paged(f"<p>{prose} {prose}</p><table>{rows}</table>")
    assert {Role.TABLE} == {block.role for block in page.blocks[1:]}
    assert {1.0} == set(refined(page, *range(len(page.blocks))).kept)


def sure_page() -> Segmented:
    prose = "The ferry came back to the harbour on Monday after a winter of repairs in the yard at Hollin Head. " * 12
    return paged(f"<ul><li><a href=/>Home</a></li></ul><p>{prose}</p><p><a href=/x>More</a></p><p>{prose}</p>")


def sure_scorer() -> Scorer:
    """One whose few trees leave no doubt: what is linked is none, what is not is."""
    links = FEATURES.index("link share")
    sure = {"trees": [{"asked": [links], "borders": [0.5], "leaves": [9.0, -9.0], "weights": [1, 1]}], "bias": 0.0}
    return Scorer.from_dict(stored(first=sure, second=sure))


def test_sure_scorer_chooses_by_itself_and_says_why() -> None:
    page = sure_page()
    seen = look(page, Meta(), "", sure_scorer())
    assert seen.is_sure
    choice = choose(page, seen, sure_scorer())
    assert (0.0, 1.0, 0.0, 1.0) == choice.kept
    assert {0: "model/outside", 2: "model/outside"} == {index: e.rule for index, e in choice.evidence.items()}
    assert "link share" in choice.evidence[2].why
    assert "link share" not in choice.evidence[0].why


def test_few_sure_words_are_not_enough_to_do_without_the_extractor() -> None:
    page = paged("<p>Please switch on JavaScript to read this page.</p>")
    seen = look(page, Meta(), "", sure_scorer())
    assert seen.sureness > 0.99
    assert not seen.is_sure


def test_bounds_leave_room_for_the_extractor() -> None:
    assert 0 < LOW < HIGH < 1


def test_names_are_split_at_case_and_punctuation() -> None:
    assert ("<div>", "article", "body", "ad", "article-body", "body-ad") == name_tokens("div", "articleBody-ad")


def test_words_of_a_block_come_with_its_edges_and_pairs() -> None:
    assert ["read", "more", "here", "^read", "here$", "read more", "more here"] == block_tokens("read more here!")


def test_shipped_scorer_keeps_prose_that_the_extractor_kept() -> None:
    path = CASES / "news-related-heading-and-list" / "page.html"
    tree = parse_tree(path.read_text(encoding="utf-8"), Limits())
    assert tree is not None
    page = segment(tree)
    choice = locate(tree, page, fast=True)
    corrected = refine(page, choice, PageFeatures(page, Meta(), shipped().tables), shipped())
    prose = [
        block.index
        for block in page.blocks
        if block.tag == "p" and len(block.text) > 80 and choice.kept[block.index] > 0.5
    ]
    assert prose
    assert [1.0] * len(prose) == [corrected.kept[index] for index in prose]
