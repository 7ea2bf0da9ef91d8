"""Engines that run one function on many shards: processes of this machine, or Dask on one machine or several.

The function computes a shard within that shard's own file, in transactions, and gives the same result when it is called
again. So a worker that dies leaves nothing half-written, and another one computes its shard again.
"""

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Literal, TypeVar

from collector import installation
from collector.errors import CollectError, SomeRepositoriesFailed, UsageError

Engine = Literal["processes", "dask"]
Result = TypeVar("Result")
Work = Callable[[Path], Result]
Done = Callable[[Path, Result], None]
Failures = dict[Path, CollectError]

# How often a shard is tried whose worker dies, as by the system's out-of-memory killer.
ATTEMPTS = 3
# Seconds to wait for an answer of the scheduler, and for a worker when it has none.
PATIENCE, PATIENCE_FOR_WORKERS = 10, 60


def run(
    engine: Engine, scheduler: str | None, work: "Work[Result]", shards: Sequence[Path], done: "Done[Result]"
) -> None:
    """Call `work` for each shard, and `done` here with each result as it comes.

    Raises SomeRepositoriesFailed when shards failed, after all others are done, with the highest of their exit codes;
    UsageError if Dask is not installed, or the scheduler does not answer or has no workers.
    """
    failures = _with_dask(scheduler, work, shards, done) if engine == "dask" else _in_processes(work, shards, done)
    if failures:
        said = " ".join(f"{path.name}: {error.message}" for path, error in sorted(failures.items()))
        error = SomeRepositoriesFailed(
            f"{len(failures)} of {len(shards)} shards failed. {said}",
            "Fix that and run the same command again; the other shards are done.",
        )
        error.exit_code = max(one.exit_code for one in failures.values())
        raise error


def _in_processes(work: "Work[Result]", shards: Sequence[Path], done: "Done[Result]") -> Failures:
    failures: Failures = {}
    waiting = _pool(work, shards, done, failures, os.cpu_count() or 1)
    # A dying worker takes the whole pool with it, so each shard that is left gets one of its own.
    for path in waiting:
        for _ in range(1, ATTEMPTS):
            if not _pool(work, [path], done, failures, 1):
                break
        else:
            failures[path] = _died()
    return failures


def _pool(
    work: "Work[Result]", shards: Sequence[Path], done: "Done[Result]", failures: Failures, workers: int
) -> list[Path]:
    """Run a pool of processes; add errors to `failures`, and return the shards that a dying worker left."""
    left = []
    # Not forked: numpy starts threads, and a fork of a process with threads may hang.
    # https://docs.python.org/3/library/multiprocessing.html#contexts-and-start-methods
    with ProcessPoolExecutor(min(workers, len(shards)), get_context("spawn")) as pool:
        futures = {pool.submit(work, path): path for path in shards}
        for future in as_completed(futures):
            path = futures[future]
            try:
                done(path, future.result())
            except BrokenProcessPool:
                left.append(path)
            except CollectError as error:
                failures[path] = error
    return sorted(left)


def _with_dask(scheduler: str | None, work: "Work[Result]", shards: Sequence[Path], done: "Done[Result]") -> Failures:
    """Run on the workers of a scheduler, which see the shards under the same paths; None: a cluster of this machine."""
    distributed = _distributed()
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # `run` tells of workers that died
    failures: Failures = {}
    with ExitStack() as stack:
        if scheduler is None:
            workers = min(os.cpu_count() or 1, len(shards))
            local = distributed.LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None)
            address = stack.enter_context(local)
        else:
            address = scheduler
        try:
            client = stack.enter_context(distributed.Client(address, timeout=PATIENCE))
        except (OSError, ValueError) as error:
            raise UsageError(
                f"The Dask scheduler {scheduler} does not answer ({' '.join(str(error).split())}).",
                "Start one with `dask scheduler`, or leave out --scheduler for a cluster of this machine.",
            ) from None
        futures = {client.submit(work, path, pure=False, retries=0): path for path in shards}
        for future in _ended(distributed, client, list(futures), address):
            path, problem = futures[future], future.exception()
            if problem is None:
                done(path, future.result())
            elif isinstance(problem, CollectError):
                failures[path] = problem
            elif isinstance(problem, distributed.KilledWorker):
                failures[path] = _died()
            else:
                raise problem
    return failures


def _ended(distributed: Any, client: Any, futures: Sequence[Any], scheduler: object) -> Iterator[Any]:
    """Yield the futures as they end. Raises UsageError if the scheduler has no workers, or is gone."""
    left = set(futures)
    while left:
        try:
            ended, left = distributed.wait(left, timeout=PATIENCE_FOR_WORKERS, return_when="FIRST_COMPLETED")
        except TimeoutError:
            if not client.nthreads():
                raise UsageError(
                    f"The Dask scheduler {scheduler} has no workers.",
                    f"Start some with `dask worker {scheduler}`, where this version of collect is installed, too.",
                ) from None
        except distributed.CancelledError:
            raise UsageError(
                f"The Dask scheduler {scheduler} has ended.", "Start it again, and run the same command again."
            ) from None
        else:
            yield from ended


def _died() -> CollectError:
    return SomeRepositoriesFailed(f"its worker died {ATTEMPTS} times, perhaps for lack of memory.")


def _distributed() -> Any:
    if find_spec("distributed") is None:
        raise UsageError(
            "--engine dask needs Dask, which is not installed.",
            f"Install it: {installation.to_install_extra('dask')} (or use --engine processes).",
        )
    import distributed

    return distributed
