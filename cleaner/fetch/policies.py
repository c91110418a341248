"""Policies under a name: a TOML file that says what is on, one of the user's configuration folder or any other."""

import tomllib
from dataclasses import replace
from pathlib import Path

import msgspec

from cleaner.errors import UsageError
from cleaner.fetch import taught
from cleaner.model import Role
from cleaner.policy import SHOWN_BY_DEFAULT, Policy

__all__ = ["POLICIES", "read_policy"]

POLICIES = "policies"
DEFAULT = "default"


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    shown: frozenset[Role] = SHOWN_BY_DEFAULT
    off: frozenset[str] = frozenset()
    keep: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    filter_lists: tuple[str, ...] = ()
    metadata: bool = True


def read_policy(named: str) -> Policy:
    """The policy of a file, or of `policies/NAME.toml` in the user's configuration folder; `default` is the plain one.

    Keys: shown, off, keep, drop, rules and filter_lists (files, from the policy's own place), metadata. Raises UsageError
    for an unknown name or key, InputError and RuleError for files that cannot be used.
    """
    if named == DEFAULT:
        return Policy()
    path = _path(named)
    try:
        told = msgspec.convert(tomllib.loads(taught.read_text_file(path)), _File)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        keys = ", ".join(_File.__struct_fields__)
        raise UsageError(f"is no policy: {error}".lower(), where=str(path), hint=f"it may hold: {keys}") from error
    return replace(
        Policy(shown=told.shown, off=told.off, keep=told.keep, drop=told.drop, metadata=told.metadata),
        rules=tuple(rule for file in told.rules for rule in taught.read_rules(path.parent / file)),
        filters=tuple(taught.read_filters(path.parent / file) for file in told.filter_lists),
    )


def _path(named: str) -> Path:
    given = Path(named).expanduser()
    if given.suffix or given.parent != Path() or given.is_file():
        return given
    folder = taught.configuration_folder() / POLICIES
    if (path := folder / f"{named}.toml").is_file():
        return path
    there = ", ".join([DEFAULT, *sorted(one.stem for one in folder.glob("*.toml"))])
    raise UsageError(f"no policy is called {named!r}", hint=f"there are: {there}; or name a file: {named}.toml")
