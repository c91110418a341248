"""The clean article as a file for people: Markdown under a front matter of YAML. It is written once and never again."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cleaner.archive.records import storable

__all__ = ["compose", "front_matter"]

# The words that note-taking programs and site generators read. Never `url`, `type`, `layout` or `slug`: these command Hugo,
# which builds nothing at all where a page's `url` is an address of the web.
_NAMES = {
    "title": "title",
    "byline": "author",
    "description": "description",
    "language": "language",
    "site": "site",
}

# Characters that JSON leaves as they are and YAML reads as line breaks or refuses.
_NOT_YAML = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def front_matter(fields: Mapping[str, str | None]) -> str:
    """The known fields between two `---` lines, each a quoted string on one line that YAML and JSON read alike."""
    lines = [f"{name}: {_quoted(value)}" for name, value in fields.items() if value]
    return "\n".join(["---", *lines, "---", ""])


def compose(meta: Mapping[str, str | None], told: Mapping[str, Any], markdown: str) -> bytes:
    """The whole file in UTF-8, ending with one line break.

    `told` has `url`, `captured_at`, `capture` and `version`. `date` is when the article was published, where that is a whole
    day, else when it was captured: what lists are sorted by.
    """
    published = _moment(meta.get("published"))
    fields = {
        **{name: meta.get(known) for known, name in _NAMES.items()},
        "published": published,
        "modified": _moment(meta.get("modified")),
        "date": published or told["captured_at"],
        "source": told["url"],
        "captured": told["captured_at"],
        "capture": told["capture"],
        "version": told["version"],
    }
    return (front_matter(fields) + "\n" + storable(markdown).strip("\n") + "\n").encode("utf-8")


def _moment(stated: str | None) -> str | None:
    """The day, or the moment with its seconds, which Hugo does not do without; None for what is no whole day."""
    try:
        moment = datetime.fromisoformat(stated or "")
    except ValueError:
        return None
    return moment.isoformat() if "T" in (stated or "") else moment.date().isoformat()


def _quoted(value: str) -> str:
    text = json.dumps(storable(value), ensure_ascii=False)
    return _NOT_YAML.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
