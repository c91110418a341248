"""Turns at a host: so many requests at once and no more, over all crawls of one user, whichever of them asks."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from cleaner.jobs.crawl import gate as places
from cleaner.jobs.crawl.gate import Gate

PATIENCE_S = 10.0


class Full(Exception):  # noqa: N818  # a wait for a place, seen
    """No place is free."""


async def never(_seconds: float) -> None:
    raise Full


def alone(work: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(PATIENCE_S):
            await work()

    asyncio.run(bounded())


def test_places_are_shared_by_two_crawls_and_within_one(tmp_path: Path) -> None:
    one, other = Gate(tmp_path, 2, never), Gate(tmp_path, 2, never)

    async def work() -> None:
        for first, second in ((one, one), (one, other), (other, one)):
            async with first.turn("a.example"), second.turn("a.example"):
                for gate in (one, other):
                    with pytest.raises(Full):
                        async with gate.turn("a.example"):
                            pass
                async with one.turn("b.example"), other.turn("b.example"):
                    pass

    alone(work)
    one.close()
    other.close()


def test_a_place_is_free_after_its_turn_however_that_ended(tmp_path: Path) -> None:
    gate = Gate(tmp_path, 1, never)

    async def work() -> None:
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                async with gate.turn("a.example"):
                    raise ZeroDivisionError

    alone(work)
    gate.close()


def test_no_more_files_stay_open_than_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "MAX_SPARE", 3)
    opened, closed = [0], [0]
    gate = Gate(tmp_path, 2, never)
    really_open, really_close = places.os.open, places.os.close
    monkeypatch.setattr(places.os, "open", lambda *a: (opened.__setitem__(0, opened[0] + 1), really_open(*a))[1])
    monkeypatch.setattr(places.os, "close", lambda fd: (closed.__setitem__(0, closed[0] + 1), really_close(fd))[1])

    async def work() -> None:
        async with AsyncExitStack() as stack:
            for number in range(8):
                await stack.enter_async_context(gate.turn(f"{number}.example"))
        assert opened[0] - closed[0] == 3
        for _ in range(5):
            async with gate.turn("0.example"):
                pass
        assert opened[0] <= 9, "a file that is open is used again"

    alone(work)
    gate.close()
    assert opened == closed


def test_a_closed_gate_leaves_its_places_to_others(tmp_path: Path) -> None:
    one, other = Gate(tmp_path, 1, never), Gate(tmp_path, 1, never)

    async def work() -> None:
        async with one.turn("a.example"):
            one.close()
            async with other.turn("a.example"):
                pass

    alone(work)
    other.close()
