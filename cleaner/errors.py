"""Every error this program raises on purpose, with its exit code; a page without an article is a result, never an error.

CleanerError
├── UsageError             2   what was asked for makes no sense: arguments, configuration
│   └── RuleError              a rule file cannot be used; names the rule and the line
├── InputError            66   a file or standard input is missing or cannot be read
├── FetchError             4   the network, DNS, TLS or the clock ended the exchange
│   └── StatusError        5   the server answered, with a status that is not a page
├── RefusedError           6   a policy says no
│   ├── BlockedAddressError    the address is not public, or the scheme is not http(s)
│   └── LimitError             too big, too deep, too long
├── ArchiveError           7   the archive is damaged or cannot be written
└── TryLaterError         75   locked, Retry-After, disk full: the same command may succeed later
"""

from typing import ClassVar, Self

__all__ = [
    "ArchiveError",
    "BlockedAddressError",
    "CleanerError",
    "FetchError",
    "InputError",
    "LimitError",
    "RefusedError",
    "RuleError",
    "StatusError",
    "TryLaterError",
    "UsageError",
]


class CleanerError(Exception):
    """One thing that went wrong: what (`message`), where (`where`: URL, path or record id) and what to do (`hint`).

    `code` is a stable slug for programs, `exit_code` what the command line returns. Survives pickling whole.
    """

    exit_code: ClassVar[int] = 70
    default_code: ClassVar[str] = "error"

    def __init__(
        self, message: str, *, where: str | None = None, hint: str | None = None, code: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint
        self.code = code or self.default_code

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message

    def __reduce__(self) -> tuple[object, ...]:
        state = {"where": self.where, "hint": self.hint, "code": self.code}
        return (_rebuild, (type(self), self.message, state))

    @classmethod
    def rebuild(cls, message: str, state: dict[str, str | None]) -> Self:
        """The same error again, from what `__reduce__` stored."""
        return cls(message, where=state["where"], hint=state["hint"], code=state["code"])


def _rebuild(kind: type[CleanerError], message: str, state: dict[str, str | None]) -> CleanerError:
    return kind.rebuild(message, state)


class UsageError(CleanerError):
    """What was asked for makes no sense: arguments, configuration."""

    exit_code = 2
    default_code = "usage"


class RuleError(UsageError):
    """A rule or rule file cannot be used; `where` names the file and rule."""

    default_code = "rule"


class InputError(CleanerError):
    """A file or standard input is missing or cannot be read."""

    exit_code = 66
    default_code = "input"


class FetchError(CleanerError):
    """The network, DNS, TLS or the clock ended the exchange."""

    exit_code = 4
    default_code = "network"


class StatusError(FetchError):
    """The server answered with a status that is not a page (4xx, 5xx)."""

    exit_code = 5
    default_code = "http-status"


class RefusedError(CleanerError):
    """A policy says no: robots, scheme, type, size, weight or address."""

    exit_code = 6
    default_code = "refused"


class BlockedAddressError(RefusedError):
    """The address is not public, or the scheme is not http or https; nothing was sent."""

    default_code = "blocked-address"


class LimitError(RefusedError):
    """Too big, too deep or too long; says which limit, its value and what was met."""

    default_code = "limit"


class ArchiveError(CleanerError):
    """The archive is damaged or cannot be written; nothing was counted as kept."""

    exit_code = 7
    default_code = "archive"


class TryLaterError(CleanerError):
    """Locked, Retry-After, disk full: the same command may succeed later."""

    exit_code = 75
    default_code = "try-later"
