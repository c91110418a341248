"""The scorer, its features and the correction of the extractor's choice."""

import gzip
import json
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from cleaner.boilerplate import Choice, Segmented, locate, segment
from cleaner.boilerplate.features import FEATURES, read_features
from cleaner.boilerplate.refine import HIGH, LOW, refine
from cleaner.boilerplate.scorer import MODEL_FILE, Scorer, shipped_scorer
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


def stored(**changed: object) -> dict[str, object]:
    """A model of two trees: links count against, words count for."""
    links, words = FEATURES.index("link share"), FEATURES.index("words")
    trees = [
        {"asked": [links], "borders": [0.5], "leaves": [1.0, -3.0], "weights": [3.0, 1.0]},
        {"asked": [words, links], "borders": [2.0, 0.9], "leaves": [-1.0, 2.0, -2.0, 0.5], "weights": [1, 1, 1, 1]},
    ]
    whole = {"version": "t", "features": list(FEATURES), "trees": trees, "bias": 0.25, "names": {}, "words": {}}
    return whole | changed


def shipped() -> Scorer:
    scorer = shipped_scorer()
    assert scorer is not None
    return scorer


def rows_of(path: Path) -> np.ndarray:
    page = paged(path.read_bytes().decode("utf-8", "replace"))
    choice = chosen(page, *range(2, len(page.blocks), 2))
    return read_features(page, choice.kept, Meta(title="A title", byline="Some One"), shipped().tables).rows


def in_a_loop(model: dict[str, object], row: np.ndarray) -> float:
    """The probability as the model file reads, tree by tree."""
    odds = float(model["bias"])  # type: ignore[arg-type]
    for tree in model["trees"]:  # type: ignore[attr-defined]
        answers = [row[f] > np.float32(b) for f, b in zip(tree["asked"], tree["borders"], strict=True)]
        odds += tree["leaves"][sum(bit << k for k, bit in enumerate(answers))]
    return 1 / (1 + np.exp(-odds))


@pytest.mark.parametrize("path", PAGES[:6], ids=lambda path: path.parent.name)
def test_shipped_scores_equal_a_plain_loop_over_the_trees(path: Path) -> None:
    model = json.loads(gzip.decompress((files("cleaner.boilerplate") / MODEL_FILE).read_bytes()))
    rows = rows_of(path)
    expected = [in_a_loop(model, row) for row in rows]
    assert expected == pytest.approx(shipped().probabilities(rows).tolist(), abs=1e-4)


def test_small_model_adds_up_its_leaves() -> None:
    row = np.zeros((1, len(FEATURES)), np.float32)
    row[0, FEATURES.index("words")] = 3.0
    expected = 1 / (1 + np.exp(-(1.0 + 2.0 + 0.25)))
    assert expected == pytest.approx(Scorer.from_dict(stored()).probabilities(row)[0])


def test_what_features_were_worth_adds_up_to_the_odds() -> None:
    scorer = shipped()
    rows = rows_of(PAGES[0])
    probabilities = scorer.probabilities(rows).astype(float)
    odds = np.log(probabilities / (1 - probabilities))
    before = scorer.bias + sum(float(mean) for mean in scorer.means[0][:, 0])
    assert (odds - before).tolist() == pytest.approx(scorer._worth(rows).sum(axis=1).tolist(), abs=1e-2)


def test_reason_names_the_strongest_feature_first() -> None:
    row = np.zeros((1, len(FEATURES)), np.float32)
    row[0, FEATURES.index("link share")] = 1.0
    assert Scorer.from_dict(stored()).reasons(row)[0].startswith("link share 1.00 (-")


def test_model_of_other_features_is_refused() -> None:
    with pytest.raises(ValueError, match="make train"):
        Scorer.from_dict(stored(features=["words"]))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.parent.name)
def test_features_are_whole_numbers_for_every_text_block(path: Path) -> None:
    page = paged(path.read_bytes().decode("utf-8", "replace"))
    features = read_features(page, (0.0,) * len(page.blocks), Meta(), TokenTables())
    assert (len(features.blocks), len(FEATURES)) == features.rows.shape
    assert [block.index for block in page.blocks if block.text] == list(features.blocks)
    assert np.isfinite(features.rows).all()


def test_page_without_text_has_no_features_and_keeps_its_choice() -> None:
    page = paged("<body><img src=/a.png></body>")
    choice = chosen(page)
    assert choice == refine(page, choice, Meta(), shipped())


def column(page: Segmented, name: str, *kept: int) -> list[float]:
    features = read_features(page, chosen(page, *kept).kept, Meta(title="Ferry returns"), TokenTables())
    return features.rows[:, FEATURES.index(name)].tolist()


def test_features_say_what_stands_around_a_block() -> None:
    page = paged("<h1>Ferry returns</h1><p>One two three four five</p><p><a href=/x>All linked</a></p>")
    assert [0.0, 0.0, 1.0] == column(page, "link share")
    assert [1.0, 0.0, 0.0] == column(page, "words of the title")
    assert [-1.0, 0.0, 1.0] == column(page, "kept of block before", 1)
    assert [1.0, 30.0, 30.0] == column(page, "blocks to a kept one", 1)


def test_share_of_the_element_counts_words_not_blocks() -> None:
    page = paged("<div><p>one two three</p><p>four</p></div><div><p>five</p></div>")
    assert [0.75, 0.75, 0.0] == pytest.approx(column(page, "kept share of parent element", 0))


def test_low_score_drops_and_high_score_adds_with_evidence() -> None:
    prose = " ".join(["The ferry came back to the harbour on Monday after a winter of repairs."] * 3)
    page = paged(f"<p>{prose}</p><p>{prose} Again.</p><p><a href=/x>More</a></p>")
    refined = refine(page, chosen(page, 0, 2), Meta(), Scorer.from_dict(stored()))
    assert (1.0, 1.0, 0.0) == refined.kept
    said = {index: (e.rule, e.verdict) for index, e in refined.evidence.items()}
    assert {1: ("model/added", Verdict.KEEP), 2: ("model/unlikely", Verdict.DROP)} == said
    assert "scored" in refined.evidence[2].why


def test_choice_stands_whole_where_the_scorer_would_empty_it() -> None:
    page = paged("<p><a href=/a>All of this page is links</a></p><p><a href=/b>and nothing but links</a></p>")
    choice = chosen(page, 0, 1)
    assert choice == refine(page, choice, Meta(), Scorer.from_dict(stored()))


def test_no_cell_is_taken_out_of_a_kept_table() -> None:
    rows = "".join(f"<tr><td><a href=/{n}>{n}</a></td><td>a value</td></tr>" for n in range(4))
    prose = "The table below lists the crossings of the last four years and what they cost on average."
    page = paged(f"<p>{prose} {prose}</p><table>{rows}</table>")
    assert {Role.TABLE} == {block.role for block in page.blocks[1:]}
    refined = refine(page, chosen(page, *range(len(page.blocks))), Meta(), Scorer.from_dict(stored()))
    assert {1.0} == set(refined.kept)


def test_bounds_leave_room_for_the_extractor() -> None:
    assert 0 < LOW < HIGH < 1


def test_names_are_split_at_case_and_punctuation() -> None:
    assert ("<div>", "article", "body", "ad", "article-body", "body-ad") == name_tokens("div", "articleBody-ad")


def test_words_of_a_block_come_with_its_edges_and_pairs() -> None:
    assert ["read", "more", "here", "^read", "here$", "read more", "more here"] == block_tokens("Read more here!")


def test_shipped_scorer_keeps_prose_that_the_extractor_kept() -> None:
    path = CASES / "news-related-heading-and-list" / "page.html"
    tree = parse_tree(path.read_text(encoding="utf-8"), Limits())
    assert tree is not None
    page = segment(tree)
    choice = locate(tree, page, fast=True)
    refined = refine(page, choice, Meta(), shipped())
    prose = [
        block.index
        for block in page.blocks
        if block.tag == "p" and len(block.text) > 80 and choice.kept[block.index] > 0.5
    ]
    assert prose
    assert [1.0] * len(prose) == [refined.kept[index] for index in prose]
