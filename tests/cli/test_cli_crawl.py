"""`cleaner crawl --check`: what is wrong with a configuration is said before a run meets it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
LEAST = 'archive = "a"\n[[source]]\nname = "papers"\nsite = "example.org"\n'


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "crawl.toml"


def test_a_sound_configuration_is_called_so(run: Run, config: Path, tmp_path: Path) -> None:
    config.write_text(LEAST + 'off = ["related/opening", "model"]\n')
    ran = run("crawl", config, "--check")
    assert (0, f"sound: 1 source (papers) into {tmp_path / 'a'}\n", "") == (ran.code, ran.out, ran.err)
    assert not (tmp_path / "a").exists()


def test_a_list_that_is_missing_is_named(run: Run, config: Path, tmp_path: Path) -> None:
    config.write_text('archive = "a"\n[[source]]\nname = "list"\nurl_file = "urls.txt"\n')
    ran = run("crawl", config, "--check")
    assert (66, "") == (ran.code, ran.out)
    assert f"{tmp_path / 'urls.txt'}: no such file\nhint: the url_file of source 'list'" in ran.err
    (tmp_path / "urls.txt").touch()
    assert run("crawl", config, "--check").code == 0


def test_a_rule_that_is_switched_off_and_unknown_is_named_and_no_error(run: Run, config: Path) -> None:
    config.write_text(LEAST + 'off = ["related/openin"]\n')
    ran = run("crawl", config, "--check")
    said = "cleaner: warning: source 'papers' switches off 'related/openin', and there is no such rule\n"
    assert (0, said) == (ran.code, ran.err)
