"""Configuration files: what they may say, and what is said about those that cannot be meant."""

from pathlib import Path

import pytest

from cleaner.errors import InputError, UsageError
from cleaner.jobs.crawl import read_config
from cleaner.jobs.crawl.duration import read_duration

ROOT = Path(__file__).resolve().parents[2]
LEAST = 'archive = "a"\n[[source]]\nfeeds = ["https://example.org/feed"]\n'


def read(folder: Path, text: str, name: str = "news.toml") -> object:
    file = folder / name
    file.write_text(text)
    return read_config(file)


def test_the_least_configuration_is_an_archive_and_a_source(tmp_path: Path) -> None:
    config = read_config(_file(tmp_path, LEAST))
    assert (config.name, config.source[0].name) == ("news", "example.org")
    assert config.archive == str(tmp_path / "a")


def _file(folder: Path, text: str) -> Path:
    file = folder / "news.toml"
    file.write_text(text)
    return file


def test_the_commented_example_is_sound() -> None:
    config = read_config(ROOT / "docs" / "crawl.toml")
    assert len(config.source) >= 4


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ('archiv = "a"\n' + LEAST, "unknown key 'archiv'", "did you mean 'archive'?"),
        (LEAST + 'fedds = ["x"]\n', "unknown key 'source[1].fedds'", "did you mean 'feeds'?"),
        (
            "[limits]\nretrys = 1\n" + LEAST.replace("archive", "\n[x]\narchive"),
            "unknown key 'limits.retrys'",
            "did you mean 'retries'?",
        ),
        ('archive = "a"\n', "the key source is missing", "docs/crawl.toml"),
        ('archive = "a"\nsource = []\n', "there is no [[source]]", "docs/crawl.toml"),
        ('archive = "a"\n[[source]]\nname = "x"\n', "names no place to look", "docs/crawl.toml"),
        (LEAST + 'every = "soon"\n', "is not a duration", "docs/crawl.toml"),
        (LEAST + "max_depth = -1\n", "max_depth must be 0 or more", "docs/crawl.toml"),
        (
            LEAST + 'max_pages = "x"\n',
            "source[1].max_pages: expected `int | null`, got a text in quotes",
            "docs/crawl.toml",
        ),
        ('archive = "a"\n[[source]]\nfeeds = ["example.org"]\n', "not a URL", "https://host/path"),
        ('archive = "a"\n[[source]]\nfeeds = ["ftp://example.org/"]\n', "not http or https", "https://host/path"),
        (
            'archive = "a"\nallow_hosts = ["x"]\n[[source]]\nfeeds = ["https://example.org/"]\n',
            "'x' is not HOST:PORT",
            "--allow-host",
        ),
        (
            LEAST + 'headers = { Cookie = "${NO_SUCH_VARIABLE}" }\n',
            "the environment has no NO_SUCH_VARIABLE",
            "set NO_SUCH_VARIABLE",
        ),
        ("archive = ", "not TOML", "quotes"),
        (LEAST.replace('"a"', '" "'), "archive names no folder", "docs/crawl.toml"),
        (LEAST + 'keep = ["p", "div["]\n', "source[1]: 'div[' is no CSS selector", "div.promo"),
        (LEAST + 'drop = ["p:("]\n', "source[1]: 'p:(' is no CSS selector", "div.promo"),
        (LEAST + 'headers = { Host = "x" }\n', "the header Host is the client's own", "leave it out"),
        ('proxy = "nonsense"\n' + LEAST, "proxy: not a URL", "http://host:port"),
    ],
)
def test_a_mistake_is_named_with_its_place_and_a_remedy(tmp_path: Path, text: str, said: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_config(_file(tmp_path, text))
    assert said in caught.value.message
    assert hint in (caught.value.hint or "")
    assert caught.value.where == str(tmp_path / "news.toml")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.toml"):
        read_config(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("written", "seconds"), [(30, 30), ("1.5s", 1.5), ("15m", 900), ("1d 12h", 129_600), ("250ms", 0.25)]
)
def test_durations_read_as_people_write_them(written: object, seconds: float) -> None:
    assert read_duration(written) == seconds


@pytest.mark.parametrize("written", [-1, "", "5 minutes", "1h30", True, None, float("inf")])
def test_what_is_no_duration_is_refused(written: object) -> None:
    with pytest.raises(ValueError, match="is not a duration"):
        read_duration(written)


def test_sources_of_one_host_get_names_of_their_own(tmp_path: Path) -> None:
    config = read_config(_file(tmp_path, LEAST + '[[source]]\nsite = "example.org"\n'))
    assert [source.name for source in config.source] == ["example.org", "example.org-2"]
    assert config.source[1].site == "https://example.org"
