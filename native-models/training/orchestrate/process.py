"""Runs a stage's command within its budgets."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from orchestrate.graph import Stage

#: Seconds from one look at a stage's memory to the next, and from asking it to end to ending it.
PATIENCE, GRACE = 0.5, 10
#: Lines of its output that a failure shows.
SHOWN = 30


class StageFailed(Exception):
    """Why a stage ended before it was done."""


#: Signals that have asked this process to end.
_asked: list[int] = []


def end_when_asked() -> None:
    """Lets this process end what it runs before it ends itself, also where it was started with signals ignored."""
    for number in (signal.SIGTERM, signal.SIGINT):
        # Noted and not raised: in the middle of a wait an exception would leave its lock behind.
        signal.signal(number, lambda number, _: _asked.append(number))


class Usage:
    """What a stage has taken: seconds, and gigabytes of memory of its own at most."""

    def __init__(self):
        self.started, self.gigabytes = time.monotonic(), 0.0

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started


def run_stage(stage: Stage, folder: Path, log: Path, lock: int) -> Usage:
    """Runs it in `folder` with its output in `log`; it holds the file `lock` open as long as it lives.

    Raises StageFailed where it fails or goes over its budgets.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    usage = Usage()
    with open(log, "ab") as output:
        # A group of its own, so that all of its processes can be ended together.
        process = subprocess.Popen(
            stage.command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True, pass_fds=(lock,)
        )  # fmt: skip
        try:
            while process.poll() is None:
                usage.gigabytes = max(usage.gigabytes, gigabytes_of_group(process.pid))
                _require_within(stage, usage)
                if _asked:
                    sys.exit(128 + _asked[0])
                _wait(process)
        except BaseException:
            _end(process)
            raise
    if process.returncode != 0:
        last = log.read_text(errors="replace").splitlines()[-SHOWN:]
        raise StageFailed(f"{stage.name} ended with {process.returncode}; its last lines, of {log}:\n" + "\n".join(last))
    return usage


def _require_within(stage: Stage, usage: Usage) -> None:
    if usage.seconds > 60 * stage.minutes:
        raise StageFailed(f"{stage.name} took longer than its budget of {stage.minutes} minutes, and was ended.")
    if usage.gigabytes > stage.gigabytes:
        raise StageFailed(f"{stage.name} took {usage.gigabytes:.1f} GB, more than its budget of {stage.gigabytes}, and was ended.")


def _wait(process: subprocess.Popen) -> None:
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        pass


def _end(process: subprocess.Popen) -> None:
    """Ends a stage and all that it has started."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, how)
            process.wait(GRACE)
        except subprocess.TimeoutExpired:
            continue
        except ProcessLookupError:
            return


def gigabytes_of_group(group: int) -> float:
    """Memory of a process group's own, without files that are mapped into it; 0 where there is no /proc."""
    return sum(_own_memory(int(entry.name), group) for entry in Path("/proc").glob("[0-9]*")) / 1e6


def _own_memory(pid: int, group: int) -> int:
    """Kilobytes of a process, if it belongs to the group."""
    try:
        if os.getpgid(pid) != group:
            return 0
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except (ProcessLookupError, FileNotFoundError, PermissionError):
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith(("RssAnon:", "RssShmem:")))
