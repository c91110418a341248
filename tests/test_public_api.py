"""The library as programs see it: names, lightness, pickling, and what an Article always is."""

import importlib
import json
import pickle
import subprocess
import sys
from dataclasses import FrozenInstanceError, asdict
from typing import Any

import pytest
from cases import CASES, Case, cases

import cleaner
from cleaner import Article, CleanerError, Page, Policy, Role, Rule, clean, clean_text, errors
from cleaner.model import Block, Decision, Edit, Meta, Reason
from cleaner.rule import Line

HEAVY = ("trafilatura", "lxml", "httpx2", "httpcore2", "typer", "numpy", "warcio", "bs4", "sqlite3")
PAGES = [case for case in cases(CASES) if not case.is_plain_text]
TEXTS = [case for case in cases(CASES) if case.is_plain_text]
KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, CleanerError)]
PATIENCE_S = 30.0


def names(case: Case) -> str:
    return case.name


def article_of(case: Case) -> Article:
    source = case.source
    return clean(
        Page(content=case.content, url=source["url"], content_type=source["content_type"], status=source.get("status"))
    )


def in_new_process(script: str) -> str:
    done = subprocess.run(  # noqa: S603  # our own words
        [sys.executable, "-c", script], capture_output=True, encoding="utf-8", timeout=PATIENCE_S, check=False
    )
    assert (0, "") == (done.returncode, done.stderr)
    return done.stdout


@pytest.mark.parametrize("name", cleaner.__all__)
def test_public_name_imports(name: str) -> None:
    assert name in in_new_process(f"from cleaner import {name}; print({name!r}, {name})")


def test_contract_names_are_public() -> None:
    contract = "clean clean_text fetch Archive Page Policy Article CleanedText CleanerError"
    assert set(contract.split()) <= set(cleaner.__all__)


def test_public_names_are_listed() -> None:
    assert set(cleaner.__all__) <= set(dir(cleaner))


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'cleaner' has no attribute 'clena'"):
        _ = cleaner.clena  # type: ignore[attr-defined]


def test_import_is_light() -> None:
    assert "" == in_new_process(f"import sys, cleaner; print(*[m for m in {HEAVY} if m in sys.modules])").strip()


def test_records_and_errors_are_light_too() -> None:
    script = "from cleaner import Policy, Limits, Page, Role, Rule, CleanerError"
    assert "" == in_new_process(f"import sys; {script}; print(*[m for m in {HEAVY} if m in sys.modules])").strip()


@pytest.mark.parametrize("module", ["cleaner.fetch.client", "cleaner.fetch.warc", "cleaner.archive"])
def test_fetch_is_callable_whatever_was_imported_before(module: str) -> None:
    assert "True" == in_new_process(f"import {module}; from cleaner import fetch; print(callable(fetch))").strip()


@pytest.mark.parametrize("case", PAGES, ids=names)
def test_article_survives_pickling_whole(case: Case) -> None:
    article = article_of(case)
    copy = pickle.loads(pickle.dumps(article))  # noqa: S301  # our own bytes
    assert article == copy
    assert (article.text, article.markdown, article.html) == (copy.text, copy.markdown, copy.html)


@pytest.mark.parametrize("case", TEXTS, ids=names)
def test_cleaned_text_survives_pickling_whole(case: Case) -> None:
    cleaned = clean_text(case.content.decode())
    assert cleaned == pickle.loads(pickle.dumps(cleaned))  # noqa: S301


def test_policy_survives_pickling_whole() -> None:
    rule = Rule(id="mine/label", match=Line(labels=("Boat ad",)), why="Ours.", hits=("Boat ad",), misses=("Boats",))
    policy = Policy(shown=frozenset({Role.PARAGRAPH}), off=frozenset({"ads/label"}), rules=(rule,), keep=("p",))
    assert policy == pickle.loads(pickle.dumps(policy))  # noqa: S301


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_error_survives_pickling_whole(kind: type[CleanerError]) -> None:
    error = kind("the weir broke", where="https://lock.example/", hint="mend it", code="weir")
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert type(error) is type(copy)
    assert vars(error) == vars(copy)
    assert "https://lock.example/: the weir broke" == str(copy)


def test_every_error_kind_has_an_exit_code_of_the_contract() -> None:
    assert {2, 4, 5, 6, 7, 66, 70, 75} == {kind.exit_code for kind in KINDS}


def test_errors_module_draws_every_kind() -> None:
    assert errors.__doc__ is not None
    assert [] == [kind.__name__ for kind in KINDS if kind.__name__ not in errors.__doc__]


@pytest.mark.parametrize("url", ["https://lock.example/ledger", " HTTP://lock.example ", "http://lock.example/a?b=c\n"])
def test_url_handed_to_clean_is_a_type_error_with_the_remedy(url: str) -> None:
    with pytest.raises(TypeError, match=r"is a URL; .*cleaner\.fetch\(url\)"):
        clean(url)


@pytest.mark.parametrize("wrong", [None, 7, ["<p>"], {"content": b""}])
def test_what_is_no_page_is_a_type_error(wrong: Any) -> None:
    with pytest.raises(TypeError, match="takes bytes, str or Page, not"):
        clean(wrong)


@pytest.mark.parametrize("wrong", [None, b"bytes", 7])
def test_what_is_no_text_is_a_type_error(wrong: Any) -> None:
    with pytest.raises(TypeError, match="takes str, not"):
        clean_text(wrong)


@pytest.mark.parametrize("case", PAGES, ids=names)
def test_text_is_empty_exactly_when_there_is_a_reason(case: Case) -> None:
    article = article_of(case)
    assert (article.reason is None) == bool(article.text.strip())
    if article.reason:
        assert ("", "", "", ()) == (article.text, article.markdown, article.html, article.blocks)
        assert article.reason.evidence


@pytest.mark.parametrize("case", PAGES, ids=names)
def test_article_is_the_same_every_time_and_json_serialisable(case: Case) -> None:
    told = article_of(case).to_dict()
    assert told == json.loads(json.dumps(told, allow_nan=False))
    assert told == article_of(case).to_dict()


@pytest.mark.parametrize("case", PAGES, ids=names)
def test_article_is_told_as_asdict_tells_it(case: Case) -> None:
    article, told = article_of(case), article_of(case).to_dict()
    assert told["meta"] == asdict(article.meta)
    assert told["edits"] == [asdict(edit) for edit in article.edits]
    assert told["blocks"] == [without_defaults(block) for block in article.blocks]


def without_defaults(block: Block) -> dict[str, Any]:
    default = asdict(Block(index=block.index, text=block.text))
    whole = asdict(block)
    whole["marks"] = [
        {name: value for name, value in mark.items() if value is not None} for mark in whole["marks"]
    ] or ()
    always = {name: whole[name] for name in ("index", "role", "text")}
    return always | {name: value for name, value in whole.items() if value != default[name]}


@pytest.mark.parametrize("case", TEXTS, ids=names)
def test_cleaned_text_is_json_serialisable(case: Case) -> None:
    told = clean_text(case.content.decode()).to_dict()
    assert told == json.loads(json.dumps(told, allow_nan=False))


def test_article_is_the_same_in_another_process() -> None:
    script = (
        "import json, sys; from pathlib import Path; from cleaner import clean; "
        f"print(json.dumps(clean(Path({str(PAGES[0].folder / 'page.html')!r}).read_bytes()).to_dict()))"
    )
    assert clean(PAGES[0].content).to_dict() == json.loads(in_new_process(script))


@pytest.mark.parametrize("record", [Article, Page, Policy, Block, Decision, Edit, Meta, Reason, Rule])
def test_record_is_frozen_and_slotted(record: type) -> None:
    params = record.__dataclass_params__  # type: ignore[attr-defined]
    assert params.frozen
    assert not hasattr(object.__new__(record), "__dict__")


def test_article_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        clean(b"").url = "https://lock.example/"  # type: ignore[misc]


@pytest.mark.parametrize("home", sorted(set(cleaner._HOMES.values())))
def test_names_of_each_home_are_in_its_all(home: str) -> None:
    module = importlib.import_module(home)
    assert {name for name, where in cleaner._HOMES.items() if where == home} <= set(module.__all__)


@pytest.mark.parametrize("case", PAGES, ids=names)
def test_article_comes_back_from_its_json(case: Case) -> None:
    article = article_of(case)
    again = Article.from_dict(json.loads(json.dumps(article.to_dict())))
    assert article.to_dict() == again.to_dict()
    assert (article.markdown, article.html) == (again.markdown, again.html)
