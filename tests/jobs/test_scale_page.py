"""The functions that docs/scale.md gives for other programs' pipelines: in these programs, or with stand-ins of their interface."""

import gzip
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

TEXT = "The boat left at nine.\n\nAdvertisement\n\nIt came back at eleven."
CLEAN = "The boat left at nine.\n\nIt came back at eleven."


def code_with(name: str) -> str:
    """The block of the page's own code that holds `name`."""
    blocks: list[str] = re.findall(r"```python\n(.*?)```", Path("docs/scale.md").read_text("utf-8"), re.DOTALL)
    return next(block for block in blocks if name in block)


def block_with(name: str) -> dict[str, Any]:
    space: dict[str, Any] = {}
    exec(code_with(name), space)  # noqa: S102  # the page's own code
    return space


@pytest.fixture
def importable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Makes a module of the page's code, as users do, whose workers import it by its name."""

    def made(name: str) -> Any:
        (tmp_path / "from_the_page.py").write_text(code_with(name), encoding="utf-8")
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        import from_the_page  # type: ignore[import-not-found]

        return from_the_page

    yield made
    sys.modules.pop("from_the_page", None)


def test_a_row_is_cleaned_as_datasets_map_calls_it() -> None:
    cleaned = block_with("def cleaned")["cleaned"]
    assert cleaned({"text": TEXT, "id": 1}) == {"text": CLEAN, "cleaner_dropped": ["ads/label"]}
    assert cleaned({"text": None, "id": 2}) == {"text": "", "cleaner_dropped": []}


def test_datasets_maps_a_column(importable: Any) -> None:
    datasets = pytest.importorskip("datasets", reason="datasets is not installed; it is no part of this project")
    rows = datasets.Dataset.from_dict({"id": [1, 2, 3], "text": [TEXT, None, "It came back."]})
    made = rows.map(importable("def cleaned").cleaned, num_proc=2)
    assert made.to_dict() == {
        "id": [1, 2, 3],
        "text": [CLEAN, "", "It came back."],
        "cleaner_dropped": [["ads/label"], [], []],
    }


class StandIn:
    """What datatrove's PipelineStep gives to its steps, of that which the page's step uses."""

    def __init__(self) -> None:
        self.stats: Counter[str] = Counter()

    @contextmanager
    def track_time(self) -> Iterator[None]:
        self.stats["timed"] += 1
        yield

    def stat_update(self, name: str) -> None:
        self.stats[name] += 1


def test_documents_go_through_the_datatrove_step(monkeypatch: pytest.MonkeyPatch) -> None:
    base = ModuleType("datatrove.pipeline.base")
    base.PipelineStep = StandIn  # type: ignore[attr-defined]
    for name in ("datatrove", "datatrove.pipeline"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setitem(sys.modules, "datatrove.pipeline.base", base)
    step = block_with("class CleanText")["CleanText"]()
    documents = [SimpleNamespace(text=TEXT), SimpleNamespace(text="Advertisement")]
    assert [document.text for document in step.run(iter(documents), 0, 1)] == [CLEAN]
    assert step.stats == {"timed": 2, "cleaned": 1, "emptied": 1}


def test_datatrove_runs_the_step_between_reader_and_writer(tmp_path: Path, importable: Any) -> None:
    pytest.importorskip("datatrove", reason="datatrove is not installed; it is no part of this project")
    from datatrove.executor import LocalPipelineExecutor  # type: ignore[import-not-found]
    from datatrove.pipeline.readers import JsonlReader  # type: ignore[import-not-found]
    from datatrove.pipeline.writers import JsonlWriter  # type: ignore[import-not-found]

    (tmp_path / "in").mkdir()
    rows = [{"id": "1", "text": TEXT}, {"id": "2", "text": "Advertisement"}]
    (tmp_path / "in" / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    steps = [
        JsonlReader(str(tmp_path / "in")),
        importable("class CleanText").CleanText(),
        JsonlWriter(str(tmp_path / "out")),
    ]
    LocalPipelineExecutor(pipeline=steps, tasks=1, workers=1, logging_dir=str(tmp_path / "log")).run()
    written = [
        json.loads(line)
        for path in (tmp_path / "out").glob("*.gz")
        for line in gzip.decompress(path.read_bytes()).splitlines()
    ]
    assert [("1", CLEAN)] == [(row["id"], row["text"]) for row in written]
