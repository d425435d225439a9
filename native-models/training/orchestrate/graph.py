"""Stages, what they need of one another, and in which order they run."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Stage:
    """One command of a pipeline.

    `command` are its words; `inputs` and `outputs` are files, or folders that count as all the files in them. Of a stage
    whose `resumes` is true, outputs of an interrupted run are left where they are: it goes on from them.
    """

    name: str
    command: tuple[str, ...]
    inputs: tuple[Path, ...]
    outputs: tuple[Path, ...]
    #: Budgets: a stage that takes longer, or more memory (all of its processes together), is ended.
    minutes: float
    gigabytes: float
    resumes: bool = False


class GraphError(Exception):
    """Why stages cannot be run in any order."""


def in_order(stages: Iterable[Stage]) -> list[Stage]:
    """The stages, each after those that write what it needs; otherwise in the order given.

    Raises GraphError where two write the same, where what a stage needs is written by none and is not there, or where
    stages need one another.
    """
    waiting = list(stages)
    maker = _makers(waiting)
    for stage in waiting:
        for needed in stage.inputs:
            if _maker_of(needed, maker) is None and not needed.exists():
                raise GraphError(f"{stage.name} needs {needed}, which is not there and which no stage writes.")
    ordered: list[Stage] = []
    while waiting:
        done = {stage.name for stage in ordered}
        ready = next((stage for stage in waiting if needs(stage, maker) <= done), None)
        if ready is None:
            raise GraphError(f"These stages need one another: {', '.join(stage.name for stage in waiting)}.")
        waiting.remove(ready)
        ordered.append(ready)
    return ordered


def needs(stage: Stage, maker: dict[Path, str]) -> set[str]:
    """Names of the stages that write what a stage needs."""
    return {name for path in stage.inputs if (name := _maker_of(path, maker)) is not None}


def with_what_follows(names: set[str], ordered: list[Stage]) -> set[str]:
    """These stages, and all that need what they write."""
    maker, found = _makers(ordered), set(names)
    for stage in ordered:
        if needs(stage, maker) & found:
            found.add(stage.name)
    return found


def leading_to(name: str, stages: list[Stage]) -> list[Stage]:
    """The stage of this name and those whose outputs it needs, of however many steps, in the order given."""
    maker, wanted = _makers(stages), {name}
    for stage in reversed(in_order(stages)):
        if stage.name in wanted:
            wanted |= needs(stage, maker)
    return [stage for stage in stages if stage.name in wanted]


def _makers(stages: list[Stage]) -> dict[Path, str]:
    maker: dict[Path, str] = {}
    for stage in stages:
        for output in stage.outputs:
            if output in maker:
                raise GraphError(f"{output} is written by {maker[output]} and by {stage.name}.")
            maker[output] = stage.name
    return maker


def _maker_of(path: Path, maker: dict[Path, str]) -> str | None:
    """Who writes a file, or the folder that it lies in."""
    return next((maker[place] for place in (path, *path.parents) if place in maker), None)
