"""What has been run, with which inputs, and what came of it: so that nothing is run twice."""

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path

from orchestrate.graph import Stage


class Ledger:
    """A JSON file in the work folder. Files are told apart by their SHA-256, which is taken again only where size or time
    have changed; a data set is tens of gigabytes."""

    def __init__(self, file: Path):
        self.file = file
        saved = json.loads(file.read_text()) if file.exists() else {}
        self.stages: dict[str, dict] = saved.get("stages", {})
        self.hashes: dict[str, dict] = saved.get("hashes", {})

    def is_done(self, stage: Stage) -> bool:
        """Whether its outputs are those that it wrote, of the inputs that are there now."""
        entry = self.stages.get(stage.name, {})
        if entry.get("state") != "done" or not all(path.exists() for path in stage.outputs):
            return False
        return entry["inputs"] == self.inputs_of(stage) and entry["outputs"] == self._hash_all(stage.outputs)

    def is_interrupted(self, stage: Stage) -> bool:
        """Whether it was begun with the inputs that are there now, and not finished."""
        entry = self.stages.get(stage.name, {})
        return entry.get("state") == "running" and entry["inputs"] == self.inputs_of(stage)

    def begin(self, stage: Stage) -> None:
        self.stages[stage.name] = {"state": "running", "inputs": self.inputs_of(stage)}
        self._save()

    def finish(self, stage: Stage, *, seconds: float, gigabytes: float) -> None:
        self.stages[stage.name] |= {
            "state": "done", "outputs": self._hash_all(stage.outputs), "seconds": round(seconds, 1), "gigabytes": round(gigabytes, 2)
        }  # fmt: skip
        self._save()

    def forget(self, stage: Stage) -> None:
        if self.stages.pop(stage.name, None) is not None:
            self._save()

    def inputs_of(self, stage: Stage) -> dict[str, str]:
        """Its inputs' hashes, and that of its words."""
        words = hashlib.sha256(json.dumps(stage.command).encode()).hexdigest()
        return {"command": words} | self._hash_all(stage.inputs)

    def _hash_all(self, paths: Iterable[Path]) -> dict[str, str]:
        return {str(file): self._hash(file) for path in paths for file in _files_of(path)}

    def _hash(self, file: Path) -> str:
        stat = file.stat()
        stamp = [stat.st_size, stat.st_mtime_ns]
        known = self.hashes.get(str(file))
        if known is None or known["stamp"] != stamp:
            with open(file, "rb") as opened:
                known = {"stamp": stamp, "sha256": hashlib.file_digest(opened, "sha256").hexdigest()}
            self.hashes[str(file)] = known
        return known["sha256"]

    def _save(self) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        partial = self.file.with_suffix(".partial")
        partial.write_text(json.dumps({"stages": self.stages, "hashes": self.hashes}, indent=1))
        os.replace(partial, self.file)


def _files_of(path: Path) -> list[Path]:
    """A file, or those in a folder; none where it is not there."""
    if path.is_dir():
        return sorted(file for file in path.rglob("*") if file.is_file())
    return [path] if path.exists() else []
