"""The engine `ray`: one Ray task a shard, on a cluster or on this machine; the only door to ray, of the extra of that name.

A task hands its shard to a worker process of its own, as the local engine does, so that a page's limits hold there too.
A task whose Ray process dies is run again by Ray, and goes on where the shard's spool ends if it can see that.
"""

import logging
import os
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from cleaner.errors import LimitError, TryLaterError, UsageError
from cleaner.jobs.batch.engines import PRELOAD, supervise
from cleaner.jobs.batch.shard import Outcome, Work
from cleaner.jobs.workers import Workers, WorkLimits
from cleaner.policy import Policy

__all__ = ["RayEngine"]

_RETRIES = 5  # of a task whose process was killed
_AHEAD = 2  # tasks handed to Ray for each core of the cluster

_pools: dict[int, tuple[Policy, WorkLimits, Workers]] = {}  # in a process of Ray's: its one worker, kept between tasks


class RayEngine:
    """A Ray cluster at `address` (`auto`, `ray://…`), or one started here with `count` cores and stopped afterwards."""

    def __init__(self, address: str | None, count: int | None, *, policy: Policy, limits: WorkLimits) -> None:
        self._address, self._count, self._policy, self._limits = address, count, policy, limits

    def run(self, works: Iterable[Work]) -> Iterator[Outcome]:
        """The outcome of each work, in the order in which they end."""
        ray = self._connected()
        try:
            task = ray.remote(_on_ray).options(max_retries=_RETRIES, num_cpus=1)
            policy = ray.put((self._policy, self._limits))
            waiting = iter(works)
            running: dict[Any, Work] = {}
            while True:
                cores = int(ray.cluster_resources().get("CPU", 1))
                for work in islice(waiting, max(0, cores * _AHEAD - len(running))):
                    running[task.remote(policy, work)] = work
                if not running:
                    return
                for ended in ray.wait(list(running), num_returns=1)[0]:
                    yield _outcome(ray, ended, running.pop(ended))
        finally:
            ray.shutdown()

    def _connected(self) -> Any:
        try:
            import ray
        except ImportError as error:
            raise UsageError("the engine ray needs ray", hint="pip install 'article-cleaner[ray]'") from error
        os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing about a user's jobs goes to anybody unasked
        cores: dict[str, Any] = {} if self._address else {"num_cpus": self._count, "include_dashboard": False}
        try:
            ray.init(address=self._address, log_to_driver=False, logging_level=logging.ERROR, **cores)
        except Exception as error:  # Ray raises no other where its node does not come up in time
            where = self._address or "this machine"
            raise TryLaterError(f"Ray does not answer: {error}", where=where, code="no-cluster") from error
        return ray


def _outcome(ray: Any, ended: Any, work: Work) -> Outcome:
    try:
        return ray.get(ended)  # type: ignore[no-any-return]
    except ray.exceptions.RayError as error:
        lost = LimitError(f"its tasks died: {type(error).__name__}", where=work.shard.source, code="worker-died")
        return Outcome(shard=work.shard.name, source=work.shard.source, error=lost)


def _on_ray(settings: tuple[Policy, WorkLimits], work: Work) -> Outcome:
    """The work's outcome; runs in a process of Ray's."""
    policy, limits = settings
    kept = _pools.get(0)
    if kept is None or kept[:2] != settings:
        if kept is not None:
            kept[2].stop()
        kept = (policy, limits, Workers(1, policy=policy, limits=limits, preload=PRELOAD))
        _pools[0] = kept
    return supervise(kept[2], work)
