"""The functions that docs/scale.md gives for other programs' pipelines, run against stand-ins with these programs' interface."""

import re
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

TEXT = "The boat left at nine.\n\nAdvertisement\n\nIt came back at eleven."
CLEAN = "The boat left at nine.\n\nIt came back at eleven."


def block_with(name: str) -> dict[str, Any]:
    blocks = re.findall(r"```python\n(.*?)```", Path("docs/scale.md").read_text("utf-8"), re.DOTALL)
    space: dict[str, Any] = {}
    exec(next(block for block in blocks if name in block), space)  # noqa: S102  # the page's own code
    return space


def test_a_row_is_cleaned_as_datasets_map_calls_it() -> None:
    cleaned = block_with("def cleaned")["cleaned"]
    assert cleaned({"text": TEXT, "id": 1}) == {"text": CLEAN, "cleaner_dropped": ["ads/label"]}


def test_documents_go_through_the_datatrove_step(monkeypatch: pytest.MonkeyPatch) -> None:
    base = ModuleType("datatrove.pipeline.base")
    base.PipelineStep = object  # type: ignore[attr-defined]
    for name in ("datatrove", "datatrove.pipeline"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setitem(sys.modules, "datatrove.pipeline.base", base)
    step = block_with("class CleanText")["CleanText"]()
    documents = [SimpleNamespace(text=TEXT), SimpleNamespace(text="Advertisement")]
    assert [document.text for document in step.run(iter(documents), 0, 1)] == [CLEAN]
