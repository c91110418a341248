"""`make train SETS=DIR`: trains the scorer, states its quality out of fold, and writes the model file with its card.

Every fold's model is trained on other registered domains than it is judged on, tables included; the shipped model is
then trained on all pages by the same recipe. Same sets, same seed, same file.
"""

import argparse
import gzip
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from multiprocessing import Pool
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from catboost import CatBoostClassifier
from sets import FOLDS, Example, by_fold, examples
from votes import Ballots

from cleaner.boilerplate.features import FEATURES, Features, read_features
from cleaner.boilerplate.scorer import MODEL_FILE

PACKAGE = Path(__file__).parents[2] / "cleaner" / "boilerplate"
SEED = 1
TREES, DEPTH, RATE = 300, 6, 0.1
MAX_WORDS_WEIGHED = 400
NEAR_BLOCKS = 15  # a negative farther than this from all content is clear
FAR_KEPT = 0.3  # share of clear negatives that stay, at the weight of all
WEIGHTS = {"segments": 0.3, "other types": 0.2, "articles": 1.0}


@dataclass(kw_only=True)
class Table:
    """Training rows of several pages."""

    rows: Any
    labels: Any
    weights: Any


def weighed(example: Example, features: Features, seed: int) -> Table | None:
    """The page's labelled rows, weights summing to the page's; None where it has none."""
    index = features.blocks
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
    use &= ~far | (np.random.default_rng(seed).random(len(index)) < FAR_KEPT)
    weights = np.where(far, weights / FAR_KEPT, weights)
    if not use.any() or weights[use].sum() <= 0:
        return None
    kind = "segments" if "text" not in example.truth else "articles" if example.kind == "article" else "other types"
    return Table(rows=features.rows[use], labels=truth[use], weights=weights[use] / weights[use].sum() * WEIGHTS[kind])


def _page_table(example: Example, seed: int) -> Table | None:
    features = read_features(example.page, example.choice.kept, example.meta, _state.tables(example.domain))
    return weighed(example, features, seed) if features.blocks else None


class _State:
    """What worker processes share by fork: the ballots and counts of the model being trained."""

    ballots: Ballots
    counts: Any

    def tables(self, own: str | None) -> Any:
        return self.ballots.tables_from(self.counts, own)


_state = _State()


def train(found: Sequence[Example]) -> dict[str, Any]:
    """The model file's content, trained on these examples."""
    with Pool() as pool:
        parts = pool.map(partial(_page_table, seed=SEED), found, chunksize=16)
    tables = [part for part in parts if part is not None]
    rows = np.concatenate([part.rows for part in tables])
    labels = np.concatenate([part.labels for part in tables])
    weights = np.concatenate([part.weights for part in tables])
    model = CatBoostClassifier(
        iterations=TREES, depth=DEPTH, learning_rate=RATE, l2_leaf_reg=5, border_count=64, rsm=0.4,
        random_seed=SEED, thread_count=2, verbose=0, allow_writing_files=False,
    )  # fmt: skip
    model.fit(rows, labels, sample_weight=weights * len(weights) / weights.sum())
    return _stored(model)


def _stored(model: CatBoostClassifier) -> dict[str, Any]:
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
    tables = _state.tables(None)
    return {
        "version": "", "features": list(FEATURES), "trees": trees, "bias": bias[0],
        "names": dict(sorted(tables.names.items())), "words": dict(sorted(tables.words.items())),
    }  # fmt: skip


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
    print(
        f"{len(found)} pages, {sum(e.doubtful for e in found)} with a doubtful truth, {time.monotonic() - start:.0f} s"
    )
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
