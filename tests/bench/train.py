"""`make train SETS=DIR`: trains the scorer's three models, for each fold and for shipping, and writes the model files.

Every fold's models are trained on other registered domains than they are judged on, tables included; the shipped ones are
then trained on all pages by the same recipe. The second model learns from first answers about pages that the first model
in question has not seen. Same sets, same seed, same file.
"""

import argparse
import gzip
import json
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from multiprocessing import Pool
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from catboost import CatBoostClassifier
from sets import FOLDS, Example, by_fold, examples
from votes import Ballots

from cleaner.boilerplate.features import FEATURES, PageFeatures
from cleaner.boilerplate.scorer import MODEL_FILE
from cleaner.boilerplate.tokentables import TokenTables

PACKAGE = Path(__file__).parents[2] / "cleaner" / "boilerplate"
SEED = 1
DEPTH = 6
SMALL, LARGE = (150, 0.15), (500, 0.07)  # trees and learning rate
MAX_WORDS_WEIGHED = 400
NEAR_BLOCKS = 15  # a negative farther than this from all content is clear
FAR_KEPT = 0.3  # share of clear negatives that stay, at the weight of all
WEIGHTS = {"segments": 0.3, "other types": 0.2, "articles": 1.0}

Rows = Any  # numpy arrays, a row a block


def weights_of(example: Example, index: Sequence[int]) -> tuple[Rows, Rows]:
    """Label and weight of each row: weights sum to the page's, and are 0.0 for rows that are left out."""
    labels = [example.labels[i] for i in index]
    use = np.array([label is not None for label in labels], bool)
    truth = np.array([bool(label) for label in labels], float)
    words = np.array([len(example.page.blocks[i].text.split()) for i in index], float)
    weights = np.sqrt(np.minimum(words, MAX_WORDS_WEIGHED))
    located = np.array([example.choice.kept[i] for i in index]) > 0.5
    near = np.zeros(len(index), bool)
    for place in np.flatnonzero(located | (truth > 0)):
        near[max(0, place - NEAR_BLOCKS) : place + NEAR_BLOCKS + 1] = True
    far = ~near & (truth == 0)
    use &= ~far | (np.random.default_rng(SEED).random(len(index)) < FAR_KEPT)
    weights = np.where(far, weights / FAR_KEPT, weights) * use
    kind = "segments" if "text" not in example.truth else "articles" if example.kind == "article" else "other types"
    return truth, weights / max(weights.sum(), 1e-9) * WEIGHTS[kind]


class _State:
    """What worker processes share by fork: the examples, and the ballots and counts of the model being trained."""

    examples: Sequence[Example]
    ballots: Ballots
    counts: Any
    first: Sequence[Rows]

    def tables(self, own: str | None) -> TokenTables:
        return self.ballots.tables_from(self.counts, own)


_state = _State()


def _seen(number: int) -> tuple[Rows, Rows, Rows]:
    """The page's rows as it shows them, with labels and weights."""
    example = _state.examples[number]
    features = PageFeatures(example.page, example.meta, _state.tables(example.domain), example.stated)
    return features.seen, *weights_of(example, features.blocks)


def _chosen_first(number: int) -> Rows:
    return _chosen(number, _state.first[number])


def _chosen_by_extractor(number: int) -> Rows:
    return _chosen(number, None)


def _chosen(number: int, kept: Rows | None) -> Rows:
    """What the first answers add to each row, or trafilatura's choice."""
    example = _state.examples[number]
    features = PageFeatures(example.page, example.meta, TokenTables())
    return features.chosen(
        kept if kept is not None else np.array([example.choice.kept[i] for i in features.blocks], np.float32)
    )


def train(found: Sequence[Example]) -> dict[str, Any]:
    """The model file's content, trained on these examples."""
    _state.examples = found
    pages = range(len(found))
    with Pool() as pool:
        parts = pool.map(_seen, pages, chunksize=16)
    seen, labels, weights = ([part[k] for part in parts] for k in range(3))
    ends = np.cumsum([len(part) for part in labels])[:-1]
    rows, truth, mass = np.concatenate(seen), np.concatenate(labels), np.concatenate(weights)
    folds = np.repeat([example.fold for example in found], [len(part) for part in labels])
    answers = np.zeros(len(rows), np.float32)
    for fold in np.unique(folds):
        inside = folds == fold
        answers[inside] = fit(rows[~inside], truth[~inside], mass[~inside], SMALL).predict_proba(rows[inside])[:, 1]
    _state.first = np.split(answers, ends)
    tables = _state.tables(None)
    return {
        "version": "", "features": list(FEATURES),
        "first": stored(fit(rows, truth, mass, SMALL)),
        "second": stored(fit(np.hstack([rows, _mapped(_chosen_first, pages)]), truth, mass, LARGE)),
        "refiner": stored(fit(np.hstack([rows, _mapped(_chosen_by_extractor, pages)]), truth, mass, LARGE)),
        "names": dict(sorted(tables.names.items())), "words": dict(sorted(tables.words.items())),
    }  # fmt: skip


def _mapped(read: Callable[[int], Rows], pages: Sequence[int]) -> Rows:
    """The rows of all pages one under another; the workers are forked here, so that they see the present state."""
    with Pool() as pool:
        return np.concatenate(pool.map(read, pages, chunksize=16))


def fit(rows: Rows, truth: Rows, mass: Rows, size: tuple[int, float]) -> CatBoostClassifier:
    """A model of these rows, those without weight left out."""
    use = mass > 0
    trees, rate = size
    model = CatBoostClassifier(
        iterations=trees, depth=DEPTH, learning_rate=rate, l2_leaf_reg=5, border_count=64, rsm=0.4,
        random_seed=SEED, thread_count=2, verbose=0, allow_writing_files=False,
    )  # fmt: skip
    model.fit(rows[use], truth[use], sample_weight=mass[use] * use.sum() / mass[use].sum())
    return model


def stored(model: CatBoostClassifier) -> dict[str, Any]:
    """The model as the model file holds it."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "model.json"
        model.save_model(str(path), format="json")
        raw = json.loads(path.read_text())
    trees = [
        {
            "asked": [split["float_feature_index"] for split in tree["splits"]],
            "borders": [split["border"] for split in tree["splits"]],
            "leaves": [round(value, 5) for value in tree["leaf_values"]],
            "weights": [round(value, 1) for value in tree["leaf_weights"]],
        }
        for tree in raw["oblivious_trees"]
    ]
    scale, bias = raw["scale_and_bias"]
    assert scale == 1
    return {"trees": trees, "bias": bias[0]}


def write(stored: dict[str, Any], path: Path) -> None:
    """Writes the model file; the same content gives the same bytes."""
    text = json.dumps(stored, ensure_ascii=False, separators=(",", ":"))
    path.write_bytes(gzip.compress(text.encode(), mtime=0))


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("sets", type=Path, help="folder of page sets")
    ap.add_argument("--folds", type=Path, required=True, help="folder for the fold models, for figures out of fold")
    args = ap.parse_args()
    start = time.monotonic()
    found = examples(args.sets)
    doubtful = sum(e.doubtful for e in found)
    print(f"{len(found)} pages, {doubtful} with a doubtful truth, {time.monotonic() - start:.0f} s", flush=True)
    _state.ballots = Ballots([e for e in found if not e.doubtful])
    args.folds.mkdir(parents=True, exist_ok=True)
    for fold in [*range(FOLDS), None]:
        chosen = by_fold(found, fold)[0] if fold is not None else [e for e in found if not e.doubtful]
        _state.counts = _state.ballots.counted({e.domain for e in chosen})
        stored = train(chosen)
        stored["version"] = f"{datetime.now(UTC):%Y-%m-%d}" + (f" fold {fold}" if fold is not None else "")
        write(stored, args.folds / f"fold-{fold}.json.gz" if fold is not None else PACKAGE / MODEL_FILE)
        print(
            f"{stored['version']}: {len(chosen)} pages, {len(stored['names'])} names, {len(stored['words'])} words",
            flush=True,
        )
    domains = {e.domain: e.fold for e in found}
    (args.folds / "domains.json").write_text(json.dumps(domains, ensure_ascii=False, indent=0))


if __name__ == "__main__":
    main()
