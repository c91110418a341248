import asyncio
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future
from pathlib import Path
from typing import Any

import pytest
import worker_tasks

from cleaner import Article, CleanerError, Page, Policy, clean, clean_text
from cleaner.errors import LimitError
from cleaner.jobs.workers import Workers, WorkLimits
from cleaner.taught import FilterList

HTML = Path("fixtures/demo/news/ferry.html").read_bytes()
URL = "https://example.org/ferry"
TIGHT = WorkLimits(wall_s=8.0, cpu_s=0.3, memory_bytes=400 << 20)


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(2, limits=TIGHT) as made:
        yield made


def code_of(future: Future[Any]) -> str:
    with pytest.raises(LimitError) as raised:
        future.result(timeout=60)
    return raised.value.code


def test_a_worker_gives_the_article_that_clean_gives(workers: Workers) -> None:
    page = Page(content=HTML, url=URL)
    assert clean(page) == workers.clean(page).result(timeout=60)


def test_a_worker_gives_the_text_that_clean_text_gives(workers: Workers) -> None:
    text = "The boat left.\n\nAdvertisement\n\nIt came back."
    assert clean_text(text) == workers.clean_text(text).result(timeout=60)


def test_the_policy_of_the_workers_decides() -> None:
    policy = Policy(off=frozenset({"ads/label"}))
    with Workers(1, policy=policy) as other:
        assert clean(HTML, URL, policy=policy) == other.clean(HTML, URL).result(timeout=60)


def test_a_policy_that_pages_are_sent_with_is_one_object_in_the_worker() -> None:
    own = Policy(filters=(FilterList("##.ad"),))
    with Workers(1) as other:
        first = [other.call(worker_tasks.is_the_first, own) for _ in range(3)]
        assert [True] * 3 == [one.result(timeout=60) for one in first]
        assert not other.call(worker_tasks.is_the_first, Policy(filters=own.filters)).result(timeout=60)


def test_a_future_can_be_awaited(workers: Workers) -> None:
    async def article() -> Article:
        return await asyncio.wait_for(asyncio.wrap_future(workers.clean(HTML, URL)), 60)

    assert clean(HTML, URL) == asyncio.run(article())


def test_waiting_too_long_is_a_typed_failure(workers: Workers) -> None:
    assert code_of(workers.call(worker_tasks.hang)) == "too-slow"


def test_too_much_processor_time_is_a_typed_failure(workers: Workers) -> None:
    assert code_of(workers.call(worker_tasks.spin, 5.0)) == "too-much-cpu"


def test_growing_beyond_the_memory_limit_is_a_typed_failure(workers: Workers) -> None:
    assert code_of(workers.call(worker_tasks.grow, 2000)) == "too-much-memory"


def test_one_huge_allocation_is_a_typed_failure(workers: Workers) -> None:
    assert code_of(workers.call(worker_tasks.ask_for, 1 << 40)) == "too-much-memory"


def test_the_error_names_the_page(workers: Workers) -> None:
    failed = workers.call(worker_tasks.spin, 5.0, where=URL)
    with pytest.raises(LimitError, match=r"more than 0\.3 s of processor time") as raised:
        failed.result(timeout=60)
    assert raised.value.where == URL


def test_neighbours_of_a_poison_page_are_untouched(workers: Workers) -> None:
    poison = [workers.call(worker_tasks.hang), workers.call(worker_tasks.spin, 5.0)]
    neighbours = [workers.clean(HTML, URL) for _ in range(20)]
    expected = clean(HTML, URL)
    assert all(neighbour.result(timeout=60) == expected for neighbour in neighbours)
    assert {code_of(future) for future in poison} == {"too-slow", "too-much-cpu"}


def test_a_worker_killed_from_outside_costs_one_more_try(workers: Workers, tmp_path: Path) -> None:
    assert workers.call(worker_tasks.die_once, str(tmp_path / "mark")).result(timeout=60) == "alive"


def test_a_page_that_kills_five_workers_is_given_up(workers: Workers) -> None:
    assert code_of(workers.call(worker_tasks.die)) == "worker-died"


def test_a_run_is_not_tried_again(workers: Workers, tmp_path: Path) -> None:
    assert code_of(workers.run(worker_tasks.die_once, str(tmp_path / "mark"))) == "worker-died"


def test_a_run_has_no_clock() -> None:
    # Workers of its own: a run is not tried again, and a worker of the shared ones may just have been killed.
    with Workers(1, limits=TIGHT) as own:
        assert own.run(worker_tasks.spin, 1.5).result(timeout=60) == "spun"


def test_a_bug_in_a_worker_comes_back_with_its_traceback(workers: Workers) -> None:
    with pytest.raises(ZeroDivisionError) as raised:
        workers.call(worker_tasks.fail).result(timeout=60)
    assert "worker_tasks.py" in raised.value.__notes__[0]


def test_a_typed_error_stays_typed(workers: Workers) -> None:
    heavy = b"<p " + b"a=1 " * 3_000 + b">"
    with pytest.raises(LimitError) as raised:
        workers.clean(heavy, URL).result(timeout=60)
    assert (raised.value.code, raised.value.where) == ("limit", URL)


def test_a_result_that_cannot_be_sent_is_a_typed_failure(workers: Workers) -> None:
    with pytest.raises(CleanerError, match="cannot be sent"):
        workers.call(worker_tasks.unpicklable).result(timeout=60)


def test_arguments_that_cannot_be_sent_fail_alone(workers: Workers) -> None:
    with pytest.raises(Exception, match="lambda"):
        workers.call(lambda _policy: None).result(timeout=60)
    assert workers.call(worker_tasks.own_pid).result(timeout=60) in workers.pids


def test_kills_at_random_lose_and_double_nothing(workers: Workers) -> None:
    choice, kills = random.Random(7), 0  # noqa: S311
    jobs = [workers.call(worker_tasks.echo, number, 200_000) for number in range(300)]
    numbers = []
    for done, job in enumerate(jobs):
        if done % choice.randint(10, 30) == 9 and workers.pids:
            os.kill(choice.choice(workers.pids), signal.SIGKILL)
            kills += 1
        numbers.append(job.result(timeout=120)[0])
    assert kills > 5
    assert numbers == list(range(300))


def test_stopping_kills_at_once_and_cancels_the_rest() -> None:
    workers = Workers(1)
    workers.call(worker_tasks.own_pid).result(timeout=60)
    jobs = [workers.call(worker_tasks.hang) for _ in range(3)]
    workers.stop()
    for job in jobs:
        with pytest.raises(CancelledError):
            job.result(timeout=10)
    assert workers.pids == ()
    with pytest.raises(RuntimeError, match="closed"):
        workers.clean(HTML)


def test_a_policy_that_cannot_be_compiled_is_said_at_the_first_page() -> None:
    from cleaner.rule import Pattern, Rule

    broken = Rule(id="mine/broken", match=Pattern(regex="(", max_words=3), why="", hits=(), misses=())
    with Workers(1, policy=Policy(rules=(broken,))) as workers:
        error = workers.clean(HTML).exception(timeout=60)
    assert error is not None
    assert not isinstance(error, LimitError)


def test_workers_of_a_batch_begin_with_the_table_of_languages() -> None:
    # A process of its own: here the server that workers are forked from is up already, without it.
    ran = subprocess.run([sys.executable, worker_tasks.__file__], check=True, capture_output=True, timeout=180)  # noqa: S603
    assert ran.stdout == b"True\n"
