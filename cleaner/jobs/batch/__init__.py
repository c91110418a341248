"""The batch: many pages or texts cut into shards, each cleaned by one task, on this machine or on a Ray cluster.

>>> from cleaner.jobs.batch import Batch, Report, run_batch               # doctest: +SKIP
>>> for outcome in run_batch(batch, engine, report := Report()):          # doctest: +SKIP
...     print(outcome.shard, outcome.rows)
"""

from cleaner.jobs.batch.run import Batch, Report, run_batch

__all__ = ["Batch", "Report", "run_batch"]
