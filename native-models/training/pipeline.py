"""From nothing to a pack, by one command.

    python pipeline.py                      the whole recipe: about twelve hours on two cores
    python pipeline.py --from PACK          on from a pack: captions, tail, preview; what else it holds stays
    python pipeline.py --quick              all stages for seconds each: proves that they work together
    python pipeline.py --list               what there is, and what is done
    python pipeline.py --until export       up to a stage
    python pipeline.py --redo generator     a stage again from its beginning, and all that follows from it

What is done is not done again: a stage is run where one of its outputs is missing or one of its inputs has changed. One that
was ended goes on from its checkpoint when it is called again with the same inputs.
"""

import argparse
import sys
from pathlib import Path

from common.options import DEFAULT_WORK
from common.setup import HERE
from orchestrate.pipeline import Pipeline
from orchestrate.process import StageFailed, end_when_asked
from recipe import FROM_PACK, FULL, QUICK, Recipe


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="very little of everything")
    parser.add_argument("--from", dest="start", type=Path, metavar="PACK", help="begin with what this pack holds")
    parser.add_argument("--work", type=Path, help="where all is kept; by default runs/full, runs/quick or runs/from-pack")
    parser.add_argument("--pack", type=Path, help="where the pack is put; by default pack in the work folder")
    parser.add_argument("--version", default="4.0.0", help="of the pack")
    parser.add_argument("--until", metavar="STAGE")
    parser.add_argument("--redo", nargs="*", default=[], metavar="STAGE")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    size, name = (QUICK, "quick") if options.quick else (FROM_PACK, "from-pack") if options.start else (FULL, "full")
    work = (options.work or DEFAULT_WORK / name).resolve()
    start = options.start.resolve() if options.start else None
    recipe = Recipe(work, (options.pack or work / "pack").resolve(), size, options.version, start)
    pipeline = Pipeline(recipe.stages(), work, HERE)
    if options.list:
        for stage in pipeline.stages:
            state = "done" if pipeline.ledger.is_done(stage) else "to do"
            print(f"{stage.name:24} {state:6} at most {stage.minutes:g} min, {stage.gigabytes:g} GB")
        return
    pipeline.forget(options.redo)
    end_when_asked()
    try:
        pipeline.run(options.until)
    except StageFailed as failure:
        sys.exit(str(failure))


if __name__ == "__main__":
    main()
