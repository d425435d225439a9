"""The options that all stages share."""

import argparse
import json
from pathlib import Path

from common.setup import HERE

DEFAULT_WORK = HERE / "runs"


def stage_options(doc: str, *, seed: int = 0, minutes: float | None = None, settings: dict | None = None) -> argparse.ArgumentParser:
    """A parser with `--data` and `--work`; with `--minutes` and `--save-every` where a stage trains, with `--set` where it
    has settings: those given on the command line are put in their place, so that a checkpoint saves what was used."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="a data set written by data/main.ts")
    parser.add_argument("--work", type=Path, default=DEFAULT_WORK, help="the folder of checkpoints")
    parser.add_argument("--seed", type=int, default=seed)
    if minutes is not None:
        parser.add_argument("--minutes", type=float, default=minutes, help="how long to train, all calls together")
        parser.add_argument("--save-every", type=float, default=120, help="seconds from one checkpoint to the next")
    if settings is not None:
        parser.add_argument("--set", nargs="*", default=[], metavar="NAME=JSON", action=Override, settings=settings)
    return parser


class Override(argparse.Action):
    """Puts values in the place of a stage's settings; refuses names that it does not have."""

    def __init__(self, *args, settings: dict, **kwargs):
        super().__init__(*args, **kwargs)
        self.settings = settings

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: list[str], option: str | None = None
    ) -> None:
        for pair in values:
            name, _, value = pair.partition("=")
            if name not in self.settings:
                parser.error(f"There is no setting {name!r}; there are {', '.join(self.settings)}.")
            self.settings[name] = json.loads(value)
        setattr(namespace, self.dest, values)
