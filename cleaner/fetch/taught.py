"""Files that users teach by: rule files, site files, filter lists, and those in the user's configuration folder."""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import platformdirs

from cleaner.errors import InputError, RuleError
from cleaner.policy import Policy
from cleaner.rule import Rule
from cleaner.taught import FilterList, Site, parse_filter_list
from cleaner.taught.rulefile import parse_rules
from cleaner.taught.sitefile import parse_site

__all__ = [
    "MAX_FILE_BYTES",
    "SITES",
    "configuration_folder",
    "heeding",
    "read_filters",
    "read_rules",
    "read_sites",
    "read_text_file",
    "users_rules",
    "users_sites",
]

MAX_FILE_BYTES = 32 * 1024 * 1024  # EasyList has 2 MiB
RULES_FILE, RULES, SITES = "rules.toml", "rules", "sites"
_APPLICATION = "article-cleaner"
Told = TypeVar("Told")


def configuration_folder() -> Path:
    """The user's configuration folder; it need not exist."""
    return Path(platformdirs.user_config_dir(_APPLICATION, appauthor=False))


def read_text_file(path: str | Path) -> str:
    """The file's text, a byte order mark off; raises InputError for one that cannot be read or is no UTF-8."""
    try:
        with Path(path).open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
        if len(content) > MAX_FILE_BYTES:
            raise InputError(f"is bigger than {MAX_FILE_BYTES} bytes", where=str(path), hint="is it the right file?")
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InputError("is no UTF-8 text", where=f"{path}:{line}", hint="save it as UTF-8") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"cannot be read: {reason}", where=str(path), hint="is the name right?") from error


def read_rules(path: str | Path) -> tuple[Rule, ...]:
    """The rules of one file; raises RuleError with its line for what cannot be used."""
    return parse_rules(read_text_file(path), str(path))


def read_filters(path: str | Path) -> FilterList:
    """The filter list of one file; raises RuleError where not one line of it is a rule that can be used."""
    found = parse_filter_list(read_text_file(path))
    if not found.filters:
        hint = "cosmetic rules as in EasyList are read: ##.class, ###id, example.org##.class"
        raise RuleError(f"no rule of {found.passed_over} lines can be used", where=str(path), hint=hint)
    return found


def read_sites(folder: Path) -> tuple[Site, ...]:
    """The sites of the folder's `<host>.toml` files, by name; none where there is no such folder."""
    return tuple(_cached(parse_site, path) for path in sorted(folder.glob("*.toml")))


def heeding(policy: Policy, folder: Path) -> Policy:
    """The policy with the site files of an archive's folder, which go before the sites that it has."""
    return replace(policy, sites=(*read_sites(folder), *policy.sites))


def users_rules() -> tuple[Rule, ...]:
    """The rules of `rules.toml` and `rules/*.toml` in the user's configuration folder."""
    folder = configuration_folder()
    files = [path for path in (folder / RULES_FILE,) if path.is_file()] + sorted((folder / RULES).glob("*.toml"))
    return tuple(rule for path in files for rule in _cached(parse_rules, path))


def users_sites() -> tuple[Site, ...]:
    """The sites of the user's configuration folder."""
    return read_sites(configuration_folder() / SITES)


def _cached(parse: Callable[[str, str], Told], path: Path) -> Told:
    try:
        seen = path.stat()
    except OSError:
        return parse(read_text_file(path), str(path))
    told: Told = _parsed(parse, path, seen.st_mtime_ns, seen.st_size)  # type: ignore[assignment]
    return told


@lru_cache(maxsize=512)
def _parsed(parse: Callable[[str, str], object], path: Path, _changed_ns: int, _size: int) -> object:
    return parse(read_text_file(path), str(path))
