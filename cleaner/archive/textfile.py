"""The clean article as a file for people: Markdown under a front matter of YAML. It is written once and never again."""

import json
import re
from collections.abc import Mapping

from cleaner.archive.records import storable

__all__ = ["compose", "front_matter"]

# Characters that JSON leaves as they are and YAML reads as line breaks or refuses.
_NOT_YAML = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def front_matter(fields: Mapping[str, str | None]) -> str:
    """The known fields between two `---` lines, each a quoted string on one line that YAML and JSON read alike."""
    lines = [f"{name}: {_quoted(value)}" for name, value in fields.items() if value]
    return "\n".join(["---", *lines, "---", ""])


def compose(fields: Mapping[str, str | None], markdown: str) -> bytes:
    """The whole file in UTF-8, ending with one line break."""
    return (front_matter(fields) + "\n" + storable(markdown).strip("\n") + "\n").encode("utf-8")


def _quoted(value: str) -> str:
    text = json.dumps(storable(value), ensure_ascii=False)
    return _NOT_YAML.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
