"""From bytes to text to tree, and what the page says of itself; cheap to import (lxml, nothing heavier until needed)."""

from cleaner.parse.decode import Decoded, decode
from cleaner.parse.metadata import Head, base_url, stated_text
from cleaner.parse.metadata import gather as gather_head
from cleaner.parse.metadata import read as read_metadata
from cleaner.parse.scan import check_weight
from cleaner.parse.sniff import kind_of, looks_like_html
from cleaner.parse.tree import parse as parse_tree

__all__ = [
    "Decoded",
    "Head",
    "base_url",
    "check_weight",
    "decode",
    "gather_head",
    "kind_of",
    "looks_like_html",
    "parse_tree",
    "read_metadata",
    "stated_text",
]
