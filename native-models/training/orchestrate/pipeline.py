"""Brings all that stages write up to date."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestrate.graph import Stage, in_order, with_what_follows
from orchestrate.ledger import Ledger
from orchestrate.process import StageFailed, run_stage


class Pipeline:
    """Stages with a work folder, which holds the ledger and the logs."""

    def __init__(self, stages: Iterable[Stage], work: Path, folder: Path, tell: Callable[[str], None] = print):
        """`folder` is where commands run."""
        self.stages = in_order(stages)
        self.work, self.folder, self.tell = work, folder, tell
        self.ledger = Ledger(work / "ledger.json")

    def run(self, until: str | None = None) -> list[str]:
        """Runs what is not done, up to a stage; returns the names of the stages that were run."""
        ran = []
        with self._alone() as lock:
            for stage in self.stages:
                if self.ledger.is_done(stage):
                    self.tell(f"{stage.name:24} is done")
                else:
                    self._run(stage, lock)
                    ran.append(stage.name)
                if stage.name == until:
                    break
        return ran

    def forget(self, names: Iterable[str]) -> None:
        """Stages that are to be run again from their beginning, and what follows from them."""
        unknown = set(names) - {stage.name for stage in self.stages}
        if unknown:
            raise SystemExit(f"There are no stages {', '.join(sorted(unknown))}.")
        again = with_what_follows(set(names), self.stages)
        for stage in self.stages:
            if stage.name in again:
                self.ledger.forget(stage)

    @contextmanager
    def _alone(self) -> Iterator[int]:
        """Holds the work folder's lock. A stage holds it as well: one that outlived a killed pipeline must not be begun twice."""
        self.work.mkdir(parents=True, exist_ok=True)
        lock = os.open(self.work / "lock", os.O_CREAT | os.O_RDWR)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield lock
        except BlockingIOError:
            raise StageFailed(f"Another pipeline, or a stage that it has left, is at work in {self.work}.") from None
        finally:
            os.close(lock)

    def _run(self, stage: Stage, lock: int) -> None:
        goes_on = stage.resumes and self.ledger.is_interrupted(stage)
        if not goes_on:
            # What was made of other inputs must not be taken for a checkpoint to go on from.
            for output in stage.outputs:
                shutil.rmtree(output) if output.is_dir() else output.unlink(missing_ok=True)
        for output in stage.outputs:
            output.parent.mkdir(parents=True, exist_ok=True)
        self.tell(f"{stage.name:24} {'goes on' if goes_on else 'begins'}")
        self.ledger.begin(stage)
        usage = run_stage(stage, self.folder, self.work / "logs" / f"{stage.name}.log", lock)
        self.ledger.finish(stage, seconds=usage.seconds, gigabytes=usage.gigabytes)
        self.tell(f"{stage.name:24} took {usage.seconds:.0f} s, {usage.gigabytes:.1f} GB")
