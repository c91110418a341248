"""Heavy pages are refused before they are parsed, light ones never."""

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.errors import LimitError
from cleaner.parse import check_weight
from cleaner.parse.scan import depth_bound, depth_of, tag_names
from cleaner.policy import Limits

NAMES = st.sampled_from(
    [b"div", b"/div", b"p", b"/p", b"li", b"/li", b"ul", b"/ul", b"b", b"/b", b"td", b"tr", b"br", b"x-y"]
)


def refusal(text: str, limits: Limits | None = None) -> str:
    with pytest.raises(LimitError) as caught:
        check_weight(text, limits or Limits())
    return caught.value.message


def test_40_000_attributes_are_refused_fast() -> None:
    page = "<p " + " ".join(f"a{number}=1" for number in range(40_000)) + ">"
    started = time.process_time()
    assert refusal(page) == "page too heavy: max_attributes is 2,000, met 40,000 on one <p>"
    assert time.process_time() - started < 1.0  # lxml takes seconds


@pytest.mark.parametrize(
    "attribute",
    [
        " a",
        " a{n}=x",
        ' a{n}="x"',
        " a{n}='>'",
        ' a{n}=">"',
        ' a{n} = "<b c=\'"',
        "/a{n}",
        ' a{n}=">"/',
        ' a{n}="it\'s"',
    ],
)
def test_attributes_are_counted_however_they_are_written(attribute: str) -> None:
    page = "<p>first</p><div" + "".join(attribute.replace("{n}", str(number)) for number in range(2_001)) + ">"
    assert refusal(page).endswith("met 2,001 on one <div>")


@pytest.mark.parametrize(
    "opening", ['<!-- <a b=" -->', '<! <a b=">', '</ <a b=">', "<script>'<a b=\"'</script>", '<a =">', '<a x/=">']
)
def test_an_open_quote_elsewhere_hides_no_attributes(opening: str) -> None:
    page = opening + "<div" + "".join(f' a{number}=">"' for number in range(2_001)) + ">"
    assert "2,001 on one <div>" in refusal(page)


def test_2_000_attributes_pass() -> None:
    check_weight("<p" + "".join(f' a{number}=""' for number in range(2_000)) + ">", Limits())


def test_text_of_scripts_and_comments_weighs_nothing() -> None:
    check_weight(
        "<script>" + "'<div>'" * 5_000 + "</script><!-- " + "<div>" * 5_000 + "--><title>" + "<div>" * 5_000, Limits()
    )


@pytest.mark.parametrize("tag", ["p", "li", "td", "tr", "option", "dt", "dd", "br", "img src=x", "meta"])
def test_40_000_unclosed_elements_with_implied_ends_are_not_deep(tag: str) -> None:
    check_weight(f"<{tag}>x" * 40_000, Limits())


@pytest.mark.parametrize("opened", ["<div>", "<SPAN class='a'>", "<div></span>", "<b><i>", "<ul><li>"])
def test_nesting_beyond_the_limit_is_refused(opened: str) -> None:
    message = refusal(opened * 30_000)
    assert message.startswith("page too heavy: max_depth is 2,000, met ")
    assert message.endswith(" elements open at once")


def test_depth_at_the_limit_passes() -> None:
    limits = Limits(max_depth=10)
    check_weight("<div>" * 10 + "</div>" * 10, limits)
    assert refusal("<div>" * 11 + "</div>" * 11, limits).endswith("met 11 elements open at once")


def test_misnested_ends_close_what_they_enclose() -> None:
    check_weight("<div><span></div>" * 30_000, Limits())


def test_too_many_tags_are_refused() -> None:
    limits = Limits(max_tags=100)
    check_weight("<b></b>" * 100, limits)
    assert refusal("<b></b>" * 101, limits) == "page too heavy: max_tags is 100, met 101 start tags"


def test_too_many_bytes_are_refused() -> None:
    check_weight("ä" * 5, Limits(max_bytes=10))
    assert refusal("ä" * 6, Limits(max_bytes=10)) == "page too heavy: max_bytes is 10, met 12"


@pytest.mark.parametrize(
    "page",
    [
        "<",
        '<a b="',
        "<a b='\"",
        "<!--",
        "<script>",
        "<a",
        "<a ",
        "<!-",
        "</",
        "<a =",
        "<?",
        '="',
        "<a b",
        "<title/",
        "<!--->",
    ],
)
def test_no_input_takes_more_than_linear_time(page: str) -> None:
    started = time.process_time()
    with suppress(LimitError):
        check_weight(page * (1_000_000 // len(page)), Limits())
    assert time.process_time() - started < 3.0  # a quadratic scan of 1 MB takes hours


@given(st.lists(NAMES, max_size=60))
def test_counted_bound_is_never_below_the_stacked_depth(names: list[bytes]) -> None:
    assert depth_bound(names) >= depth_of(names)


@given(st.lists(NAMES, max_size=30))
def test_bound_holds_over_many_chunks(names: list[bytes]) -> None:
    assert depth_bound(names * 40) >= depth_of(names * 40)


def test_names_come_in_order_and_lower_case() -> None:
    expected = [b"div", b"a", b"/a", b"script", b"/script", b"br", b"/div"]
    assert expected == tag_names(b'<DIV title="<i>"><a href=x>y</A><script>"<b>"</script><br/><!-- <u> --></div>')
