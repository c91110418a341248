"""`--rules`, `--filter-list`, the configuration folder, `rules test`: what users teach, as a shell sees it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

RULE = """
[[rule]]
id = "mine/tides"
why = "The heading of a box."
hits = ["Tide table"]
misses = ["Tide tables are printed in blue."]
match = { kind = "line", labels = ["Tide table"] }
"""
TEXT = "The boat left at nine in the morning.\n\nTide table\n\nIt came back at ten in the evening.\n"
CLEAN = "The boat left at nine in the morning.\n\nIt came back at ten in the evening.\n"


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "text.txt"
    path.write_text(TEXT, "utf-8")
    return path


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text(RULE, "utf-8")
    return path


def test_rule_file_is_obeyed_and_explained(run: Run, text: Path, rules: Path) -> None:
    ran = run("clean", "--text", "--explain", "--rules", rules, text)
    assert (ran.code, ran.out) == (0, CLEAN)
    assert "mine/tides" in ran.err


def test_rules_in_the_configuration_folder_are_always_obeyed(
    run: Run, text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cleaner.fetch.taught.configuration_folder", lambda: tmp_path / "conf")
    (tmp_path / "conf" / "rules").mkdir(parents=True)
    (tmp_path / "conf" / "rules" / "mine.toml").write_text(RULE, "utf-8")
    assert run("clean", "--text", text).out == CLEAN


def test_pages_that_a_site_file_links_are_one_article_and_what_is_missing_is_said(
    run: Run, server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cleaner.fetch.taught.configuration_folder", lambda: tmp_path / "conf")
    (tmp_path / "conf" / "sites").mkdir(parents=True)
    site = tmp_path / "conf" / "sites" / "127.0.0.1.toml"
    site.write_text('host = "127.0.0.1"\nnext_page_link = ["a.next"]\n', "utf-8")
    ran = run("clean", "--allow-host", server.place, server.url("/spread"))
    assert ran.code == 0
    assert [1, 1] == [ran.out.count("counted the boats by hand"), ran.out.count("the heron chose the ink")]
    assert "a further page of the article is missing" in ran.err
    site.unlink()
    assert "the heron chose the ink" not in run("clean", "--allow-host", server.place, server.url("/spread")).out


def test_broken_rule_file_is_a_usage_error_with_its_line(run: Run, text: Path, rules: Path) -> None:
    rules.write_text(RULE.replace('"line"', '"lines"'), "utf-8")
    ran = run("clean", "--text", "--json", "--rules", rules, text)
    assert ran.code == 2
    assert ran.errors[0]["error"] == "rule"
    assert ran.errors[0]["where"] == f"{rules}:7"


def test_missing_rule_file_is_an_input_error(run: Run, text: Path, tmp_path: Path) -> None:
    assert run("clean", "--text", "--rules", tmp_path / "none.toml", text).code == 66


def test_filter_list_hides_a_box(run: Run, page: Path, tmp_path: Path) -> None:
    page.write_text(page.read_text().replace("<p>Advertisement</p>", '<p class="bx">Sail with us.</p>'))
    filters = tmp_path / "list.txt"
    filters.write_text("! mine\n##.bx\n")
    assert "Sail with us" in run("clean", page).out
    ran = run("clean", "--explain", "--filter-list", filters, page)
    assert "Sail with us" not in ran.out
    assert "filter/list" in ran.err


def test_list_without_a_usable_rule_is_refused(run: Run, page: Path, tmp_path: Path) -> None:
    filters = tmp_path / "list.txt"
    filters.write_text("||ads.example^\n")
    ran = run("clean", "--filter-list", filters, page)
    assert (ran.code, ran.out) == (2, "")
    assert "##.class" in ran.err


def test_rules_test_is_green_for_a_sound_file(run: Run, rules: Path) -> None:
    ran = run("rules", "test", rules)
    assert ran.code == 0
    assert ran.out.startswith("green mine/tides")


def test_rules_test_is_red_and_says_why(run: Run, rules: Path) -> None:
    rules.write_text(RULE.replace('hits = ["Tide table"]', 'hits = ["Tide table", "Ebb table"]'), "utf-8")
    ran = run("rules", "test", "--json", rules)
    assert ran.code == 1
    assert (ran.rows[0]["verdict"], ran.rows[0]["missed"]) == ("red", ["Ebb table"])
