"""Messages to a worker in which a policy, and what it is made of, travels once: each later page names it by a number.

An ad blocker's list is two megabytes, and is read anew wherever it arrives. Not for what differs from page to page.
"""

import io
import pickle
from collections.abc import Callable
from typing import Any

from cleaner.policy import Policy
from cleaner.rule import Rule
from cleaner.taught import FilterList, Site

__all__ = ["Packer", "Unpacker"]

MAX_SHARED = (
    1_000  # objects held for one worker; a run has a handful, a service that makes a policy a page has them without end
)
_ADD, _FORGET = b"+", b"-"


class Packer:
    """This end: knows what one worker has been sent already. What it holds stays alive, so that a number means one object."""

    def __init__(self) -> None:
        self._sent: dict[object, tuple[int, object]] = {}

    def packed(self, message: object) -> bytes:
        """The message for the worker; raises what pickle raises, and then nothing counts as sent."""
        sign = _ADD
        if len(self._sent) >= MAX_SHARED:
            self._sent, sign = {}, _FORGET
        before = dict(self._sent)
        try:
            return sign + self.plain(message)
        except Exception:
            self._sent = before if sign == _ADD else {}
            raise

    def plain(self, message: object) -> bytes:
        """The message without its sign."""
        into = io.BytesIO()
        _Pickler(into, self, message).dump(message)
        return into.getvalue()

    def named(self, shared: object) -> tuple[int, bytes | None]:
        """The object's number, with the object itself where the worker has not been sent it."""
        key = shared.digest if isinstance(shared, FilterList) else id(shared)
        known = self._sent.get(key)
        if known is not None:
            return known[0], None
        content = self.plain(shared)
        number = len(self._sent)
        self._sent[key] = number, shared
        return number, content


class Unpacker:
    """The worker's end: holds what it was sent. `brought` says whether the last message brought something to hold."""

    def __init__(self) -> None:
        self._held: dict[int, object] = {}
        self.brought = False

    def unpacked(self, message: bytes) -> Any:
        """What was packed."""
        self.brought = False
        if message[:1] == _FORGET:
            self._held.clear()
        return self.plain(message[1:])

    def plain(self, content: bytes) -> Any:
        """What was packed without a sign."""
        return _Unpickler(io.BytesIO(content), self).load()

    def held(self, number: int, content: bytes | None) -> object:
        """The object of that number."""
        if content is not None:
            self._held[number] = self.plain(content)
            self.brought = True
        return self._held[number]


class _Pickler(pickle.Pickler):
    def __init__(self, into: io.BytesIO, packer: Packer, whole: object) -> None:
        super().__init__(into, pickle.HIGHEST_PROTOCOL)
        self._packer, self._whole = packer, whole

    def persistent_id(self, obj: object) -> tuple[int, bytes | None] | None:
        """The object's number where it is one to be shared; asked for everything that is pickled."""
        test = _SHARED.get(type(obj))
        return self._packer.named(obj) if test and obj is not self._whole and test(obj) else None


class _Unpickler(pickle.Unpickler):
    def __init__(self, stream: io.BytesIO, unpacker: Unpacker) -> None:
        super().__init__(stream)
        self._unpacker = unpacker

    def persistent_load(self, named: tuple[int, bytes | None]) -> object:
        """The object of that number."""
        return self._unpacker.held(*named)


# A policy that learned of its page's host is of that host alone: its parts are shared, itself is not.
_SHARED: dict[type, Callable[[Any], bool]] = {
    Policy: lambda policy: policy.learned is None,
    FilterList: lambda _list: True,
    tuple: lambda parts: bool(parts) and isinstance(parts[0], Rule | Site),
}
