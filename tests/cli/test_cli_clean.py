"""`cleaner clean`: what goes in, what comes out and where."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import PAGE, PARAGRAPHS

Run = Callable[..., Any]

WARC_DATE = "2026-03-04T05:06:07"


def warc(*bodies: str) -> bytes:
    """A WARC of one response a body, at https://lock.example/0, /1 …"""
    return b"".join(gzip.compress(_record(number, body.encode())) for number, body in enumerate(bodies))


def _record(number: int, body: bytes) -> bytes:
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + body
    head = (
        f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://lock.example/{number}\r\n"
        f"WARC-Date: {WARC_DATE}Z\r\nContent-Type: application/http\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def test_article_goes_to_stdout_and_nothing_to_stderr(run: Run, page: Path, paragraphs: tuple[str, ...]) -> None:
    ran = run("clean", page)
    assert (0, "") == (ran.code, ran.err)
    assert f"{paragraphs[0]}\n\n{paragraphs[1]}\n\n{paragraphs[2]} Read the ledger of that year.\n" == ran.out


@pytest.mark.parametrize("words", [("clean", "-"), ("clean",)])
def test_page_is_read_from_standard_input(run: Run, page: Path, words: tuple[str, ...]) -> None:
    assert run("clean", page).out == run(*words, stdin=page.read_bytes()).out


@pytest.mark.parametrize(
    ("form", "begins"),
    [("txt", "The lock keeper"), ("md", "# The ledger"), ("html", '<article lang="en">'), ("json", '{\n  "source"')],
)
def test_formats(run: Run, page: Path, form: str, begins: str) -> None:
    assert run("clean", page, "-f", form).out.startswith(begins)


@pytest.mark.parametrize("words", [("-f", "jsonl"), ("--json",), ("-f", "json", "--json")])
def test_json_lines_hold_the_whole_article(run: Run, page: Path, words: tuple[str, ...]) -> None:
    (row,) = run("clean", page, *words).rows
    assert (str(page), None, "The ledger of Dunmarrow") == (row["source"], row["fetched_at"], row["meta"]["title"])
    assert ["ads/label"] == [dropped["rule"] for dropped in row["dropped"]]
    assert {"blocks", "edits", "outside", "reason", "ruleset", "text", "url"} <= set(row)


def test_json_of_a_page_without_article_has_its_reason(run: Run) -> None:
    ran = run("clean", "--json", stdin=b"")
    assert ["empty"] == [row["reason"]["code"] for row in ran.rows]
    assert [("empty", 3)] == [(error["error"], error["exit_code"]) for error in ran.errors]


def test_output_file_gets_the_format_its_name_says(run: Run, page: Path, tmp_path: Path) -> None:
    ran = run("clean", page, "-o", tmp_path / "out.md")
    assert (0, "", f"wrote {tmp_path / 'out.md'}\n") == (ran.code, ran.out, ran.err)
    assert (tmp_path / "out.md").read_text().startswith("# The ledger of Dunmarrow\n")


def test_asked_format_wins_over_the_files_name(run: Run, page: Path, tmp_path: Path) -> None:
    run("clean", page, "-o", tmp_path / "out.md", "-f", "txt", "-q")
    assert run("clean", page).out == (tmp_path / "out.md").read_text()


def test_output_file_is_replaced_and_keeps_its_mode(run: Run, page: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.txt"
    out.write_text("old")
    out.chmod(0o600)
    run("clean", page, "-o", out)
    assert (run("clean", page).out, 0o600) == (out.read_text(), out.stat().st_mode & 0o777)


def test_output_through_a_link_leaves_the_link(run: Run, page: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.txt"
    link.symlink_to(tmp_path / "real.txt")
    run("clean", page, "-o", link)
    assert link.is_symlink()
    assert run("clean", page).out == (tmp_path / "real.txt").read_text()


def test_device_is_written_to_and_stays_a_device(run: Run, page: Path) -> None:
    assert 0 == run("clean", page, "-o", "/dev/null").code
    assert Path("/dev/null").is_char_device()


def test_dash_as_output_is_stdout(run: Run, page: Path) -> None:
    assert run("clean", page).out == run("clean", page, "-o", "-").out


def test_folder_gets_a_file_a_source_and_overwrites_none(run: Run, page: Path, tmp_path: Path) -> None:
    ran = run("clean", page, page, "-o", tmp_path / "out")
    names = ["the-ledger-of-dunmarrow-2.txt", "the-ledger-of-dunmarrow.txt"]
    assert names == sorted(path.name for path in (tmp_path / "out").iterdir())
    assert 2 == ran.err.count("wrote ")


def test_json_beside_a_folder_names_each_file(run: Run, page: Path, tmp_path: Path) -> None:
    rows = run("clean", page, "--json", "-o", tmp_path).rows
    assert [str(tmp_path / "the-ledger-of-dunmarrow.txt")] == [row["path"] for row in rows]


def test_several_articles_are_told_apart_by_a_heading(run: Run, page: Path) -> None:
    one = run("clean", page).out
    assert f"==> {page} <==\n{one}\n==> {page} <==\n{one}" == run("clean", page, page).out


@pytest.mark.parametrize("form", ["md", "html"])
def test_headings_are_comments_in_markup(run: Run, page: Path, form: str) -> None:
    odd = page.rename(page.with_name("a--b>.html"))
    assert f"<!-- {odd.parent}/a-%2Db%3E.html -->" == run("clean", odd, odd, "-f", form).out.splitlines()[0]


def test_one_failure_of_several_is_named_and_gives_1(run: Run, page: Path) -> None:
    ran = run("clean", page, "missing.html", page, "-f", "jsonl")
    assert (1, 2) == (ran.code, len(ran.rows))
    assert "cleaner: error[input]: missing.html: cannot be read: no such file or directory\n" in ran.err


def test_json_lines_of_several_go_into_one_file(run: Run, page: Path, tmp_path: Path) -> None:
    run("clean", page, page, "-o", tmp_path / "all.jsonl")
    assert 2 == len((tmp_path / "all.jsonl").read_text().splitlines())


def test_explain_names_the_rule_of_each_removed_line(run: Run, page: Path) -> None:
    ran = run("clean", "--explain", page)
    assert run("clean", page).out == ran.out
    assert "dropped  ads/label                Advertisement  (" in ran.err
    assert "outside  " in ran.err
    assert "Home" not in ran.err


@pytest.mark.parametrize("place", [0, 1, 2])
def test_explain_all_lists_what_is_outside_wherever_it_stands(run: Run, page: Path, place: int) -> None:
    words: list[object] = ["clean", page]
    words.insert(place, "--explain=all")
    assert "Privacy policy" in run(*words).err


def test_explain_alone_may_stand_before_the_command(run: Run, page: Path) -> None:
    assert "ads/label" in run("--explain", "clean", page).err


def test_base_address_makes_links_whole(run: Run, page: Path) -> None:
    out = run("clean", page, "-f", "md", "--url", "https://lock.example/news/ledger").out
    assert "(https://lock.example/ledger)" in out


def test_selectors_keep_and_drop(run: Run, page: Path) -> None:
    out = run("clean", page, "--drop", "article p:nth-of-type(1)", "--keep", "article p:nth-of-type(2)").out
    assert out.startswith("Advertisement\n")


def test_plain_text_is_cleaned_and_ends_in_one_line_end(run: Run, paragraphs: tuple[str, ...]) -> None:
    text = f"{paragraphs[0]}\n\nAdvertisement\n\n{paragraphs[1]}\n"
    ran = run("clean", "--text", "--explain", stdin=text.encode())
    assert f"{paragraphs[0]}\n\n{paragraphs[1]}\n" == ran.out
    assert "ads/label" in ran.err


def test_url_is_fetched_and_told(run: Run, server: Any) -> None:
    (row,) = run("clean", server.url("/ledger"), "--allow-host", server.place, "--json").rows
    assert server.url("/ledger") == row["url"]
    assert row["fetched_at"]


@pytest.mark.parametrize("name", ["lock.warc.gz", "lock.warc", "lock"])
def test_every_page_of_a_warc_is_cleaned(run: Run, tmp_path: Path, page_html: str, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(warc(page_html, page_html))
    rows = run("clean", path, "-f", "jsonl").rows
    assert ["https://lock.example/0", "https://lock.example/1"] == [row["url"] for row in rows]
    assert [f"{WARC_DATE}+00:00"] * 2 == [row["fetched_at"] for row in rows]


def test_warc_is_known_on_standard_input(run: Run, page_html: str) -> None:
    out = run("clean", stdin=warc(page_html, page_html)).out
    assert ["==> https://lock.example/0 <==", "==> https://lock.example/1 <=="] == [
        line for line in out.splitlines() if line.startswith("==>")
    ]


def test_warc_fills_a_folder(run: Run, tmp_path: Path, page_html: str) -> None:
    (tmp_path / "a.warc.gz").write_bytes(warc(page_html, page_html))
    run("clean", tmp_path / "a.warc.gz", "-o", tmp_path / "out")
    assert 2 == len(list((tmp_path / "out").iterdir()))


def test_page_without_article_in_a_warc_is_named_by_its_address(run: Run, tmp_path: Path, page_html: str) -> None:
    (tmp_path / "a.warc.gz").write_bytes(warc(page_html, "<html><body></body></html>"))
    ran = run("clean", tmp_path / "a.warc.gz")
    assert 1 == ran.code
    assert "error[no-content]: https://lock.example/1: no article found" in ran.err


def test_warc_without_pages_has_no_article(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.warc").write_bytes(b"")
    assert 3 == run("clean", tmp_path / "a.warc").code


def test_torn_warc_gives_what_it_holds_and_names_the_byte(run: Run, tmp_path: Path, page_html: str) -> None:
    whole, torn = warc(page_html), warc(page_html)[:-20]
    (tmp_path / "a.warc.gz").write_bytes(whole + torn)
    ran = run("clean", tmp_path / "a.warc.gz", "-f", "jsonl")
    assert (1, 1) == (ran.code, len(ran.rows))
    assert f"cut short at byte {len(whole)}\n" in ran.err


def test_json_has_no_raw_controls(run: Run) -> None:
    ran = run("clean", "--text", "--json", stdin="A line with \u009b and \u202e in the middle of it.\n".encode())
    assert "\\u009b" in ran.out
    assert "\u202e" not in ran.out
    assert "\u202e" in json.loads(ran.out)["text"]


def test_a_policy_file_is_where_cleaning_begins_and_options_add_to_it(run: Run, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(PAGE)
    policy = tmp_path / "policy.toml"
    policy.write_text('drop = ["p:first-of-type"]\n')
    assert PARAGRAPHS[0] in run("clean", page).out
    ran = run("clean", page, "--policy", policy, "--drop", "p:last-of-type")
    assert (ran.code, [line in ran.out for line in PARAGRAPHS]) == (0, [False, True, False])
    unknown = run("clean", page, "--policy", "none-such", "--json")
    assert (unknown.code, unknown.errors[0]["error"]) == (2, "usage")
    assert "there are: default" in unknown.errors[0]["hint"]
