"""Names of elements fall into the tokens that rules ask for."""

import pytest

from cleaner.boilerplate.frame import split_names


@pytest.mark.parametrize(
    ("names", "tokens"),
    [
        ("", set()),
        ("related-posts", {"related-posts", "related", "posts"}),
        ("AdSlot ad_slot2", {"adslot", "ad", "slot", "ad_slot2", "2"}),
        ("HTMLBlock", {"htmlblock", "html", "block"}),
        ("td-block__inner", {"td-block__inner", "td", "block", "inner"}),
    ],
)
def test_names_split_at_case_digits_and_punctuation(names: str, tokens: set[str]) -> None:
    assert tokens == split_names(names)


def test_names_beyond_400_characters_say_nothing_more() -> None:
    assert "promo" not in split_names("x" * 400 + " promo")
