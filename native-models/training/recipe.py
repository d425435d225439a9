"""The recipe of the default pack: every stage from nothing or from a pack to a pack, whole or in minutes (`quick`)."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from common.setup import HERE
from orchestrate.graph import Stage, leading_to

NODE = HERE.parent.parent / "node_modules" / ".bin" / "node"
#: What data sets are drawn from.
DRAWN_FROM = (
    *sorted(file for file in (HERE / "data").glob("*.ts") if not file.name.endswith(".test.ts")),
    *sorted((HERE / "data" / "words").iterdir()),
    HERE / "data" / "colour-names.txt",
    HERE / "data" / "unseen-prompts.json",
)
DATA_FILES = ("pictures.u8", "portraits.jsonl", "distribution.json")
#: The checkpoints that a pack's graphs are made into again (stages/restore_from_pack.py).
RESTORED = ("generator", "attribute-classifier", "projection-classifier", "clip-pictures", "clip-align", "conditional", "inverse")


@dataclass(frozen=True)
class Size:
    """How much is drawn and how long is trained."""

    train: int
    counterfactuals: int
    #: Of 512 pixels, for the tail of the synthesis network.
    large: int
    test: int
    #: Of the minutes that a stage is trained in the full recipe; 0 for `least`.
    share: float
    least: float
    #: Settings of stages that differ from those in their files.
    settings: dict[str, dict[str, object]]
    evaluation: dict[str, int]
    #: Beyond its time of training, what a stage may take.
    spare: float
    #: Minutes of stages that are not trained for that share.
    minutes: dict[str, float] = field(default_factory=dict)

    def minutes_of(self, stage: str, whole: float) -> float:
        return self.minutes.get(stage, max(self.least, self.share * whole))


FULL = Size(
    train=100_000, counterfactuals=50_000, large=30_000, test=5_000, share=1.0, least=0.0, settings={}, evaluation={"count": 100}, spare=120
)  # fmt: skip
#: From a pack: what its graphs hold is taken as it is, the rest is trained within two and a half hours on two cores.
FROM_PACK = Size(
    train=60_000, counterfactuals=0, large=12_000, test=1_500, share=1.0, least=0.0,
    settings={"embed_pictures": {"pictures": 36_000}, "train_judge": {"captioned": 36_000}}, evaluation={"count": 20},
    spare=60, minutes={"clip": 30, "synthesis-tail": 40, "preview": 20, "judge-pictures": 16, "judge": 8},
)  # fmt: skip
QUICK = Size(
    train=1_500, counterfactuals=200, large=60, test=120, share=0.0, least=0.03, spare=10,
    settings={
        "train_generator": {"spread_steps": 2, "held_out": 30},
        "train_clip": {"classifier_steps": 20, "classifier_means": 100, "held_out": 100},
        "train_judge": {"captioned": 400, "among": 256},
        "train_preview": {"compared": 4},
        "train_synthesis_tail": {"held_out": 8},
        "embed_pictures": {"pictures": 700},
        "embed_captions": {"captioned": 300},
    },
    evaluation={"count": 2, "among": 20, "prompts": 4, "sliders": 1},
)  # fmt: skip


class Recipe:
    """Stages that write into a work folder, and the pack at last into `pack`. Where they begin with a pack, `start`, they take
    from it what `RESTORED` names, and nothing is compared with what they would have to train for that alone."""

    def __init__(self, work: Path, pack: Path, size: Size, version: str, start: Path | None = None):
        self.work, self.pack, self.size, self.version, self.start = work, pack, size, version, start
        self.data = {name: work / "data" / name for name in ("train", "all", "counterfactuals", "large", "test")}
        self.checkpoints = work / "checkpoints"

    def stages(self) -> list[Stage]:
        stages = [*self._data(), *self._generator(), *self._clip_and_flow(), *self._judge(), *self._packs()]
        return stages if self.start is None else self._from_pack(self.start, stages)

    def _from_pack(self, start: Path, stages: list[Stage]) -> list[Stage]:
        """The stages but for those that make what the pack holds, and those that no pack needs then."""
        restore = self._make("restore", "restore_from_pack", list(RESTORED), "--pack", str(start), more=(start,))
        others = [stage for stage in stages if not set(stage.outputs) <= set(restore.outputs)]
        return leading_to("package", [restore, *others])

    def _data(self) -> list[Stage]:
        size = self.size
        return [
            self._draw("data-train", "train", size.train, 1),
            self._draw(
                "data-all",
                "all",
                size.train,
                1,
                "--all-words",
                "--pictures-of",
                str(self.data["train"]),
                needs=(self.data["train"] / "pictures.u8",),
            ),
            self._draw("data-counterfactuals", "counterfactuals", size.counterfactuals, 3, "--counterfactuals"),
            self._draw("data-large", "large", size.large, 4, "--size", "512"),
            self._draw("data-test", "test", size.test, 2, "--plain-only", "--size", "512"),
        ]

    def _generator(self) -> list[Stage]:
        pairs = self.data["counterfactuals"]
        return [
            self._train(
                "generator",
                "train_generator",
                260,
                ["generator"],
                extra=("--counterfactuals", str(pairs)),
                more=self._files(pairs),
                gigabytes=8,
            ),
            self._train("attribute-classifier", "train_attribute_classifier", 5, ["attribute-classifier"], "portraits", of=["generator"]),
            self._train("projection-classifier", "train_attribute_classifier", 25, ["projection-classifier"], "between", of=["generator"]),
            self._train(
                "synthesis-tail", "train_synthesis_tail", 90, ["synthesis-tail"], of=["generator"], data="large", gigabytes=8
            ),
            self._train("preview", "train_preview", 25, ["preview"], of=["generator", "projection-classifier"], gigabytes=8),
        ]

    def _clip_and_flow(self) -> list[Stage]:
        return [
            self._train("clip-words", "train_clip", 20, ["clip-words"], "words"),
            self._train("clip-pictures", "train_clip", 25, ["clip-pictures"], "pictures", of=["clip-words"]),
            self._make("embed-pictures", "embed_pictures", ["embeddings"], of=["clip-pictures"]),
            self._make("pairs", "make_pairs", ["pairs"], of=["embeddings"]),
            self._train("conditional", "train_flow", 35, ["conditional"], "conditional", of=["pairs"]),
            self._train(
                "clip-align", "train_clip", 50, ["clip-align"], "align", of=["clip-pictures", "embeddings", "pairs", "conditional"]
            ),
            self._train("clip", "train_clip", 40, ["clip"], "late", of=["clip-align", "embeddings", "pairs", "conditional"], data="all"),
            self._train("bijective", "train_flow", 10, ["bijective"], "bijective", of=["pairs"]),
            self._make("embed-captions", "embed_captions", ["texts"], of=["clip", "embeddings"]),
            self._train("prior", "train_prior", 3, ["prior"], of=["texts"]),
            self._train("inverse", "train_inverse", 4, ["inverse"], of=["generator", "pairs"]),
        ]

    def _judge(self) -> list[Stage]:
        return [
            self._train("judge-pictures", "train_judge", 45, ["judge-pictures"], "pictures"),
            self._train("judge", "train_judge", 40, ["judge"], "words", of=["judge-pictures"]),
        ]

    def _packs(self) -> list[Stage]:
        exported, compared = self.work / "exported", self.work / "compared"
        parts = [
            "generator",
            "attribute-classifier",
            "projection-classifier",
            "synthesis-tail",
            "preview",
            "clip",
            "texts",
            "conditional",
            "pairs",
            "inverse",
        ]
        evaluation, options = self.work / "evaluation", [f"--{name}={value}" for name, value in self.size.evaluation.items()]
        names = ("bijective", "prior", "untaught") if self.start is None else ()
        packs = {name: compared / name for name in names}
        pairs = [f"{name}={pack}" for name, pack in packs.items()]
        test = ("--test", str(self.data["test"]))
        measured = self._make(
            "evaluate", "evaluate_pack", [], *test, "--pack", str(exported), "--compare", *pairs, "--out", str(evaluation), *options,
            of=["judge"], more=(*self._files(self.data["test"]), exported, *packs.values()), outputs=(evaluation,), minutes=240, gigabytes=8,
        )  # fmt: skip
        flow = ["bijective", "generator", "pairs", "inverse"]
        like = ("--like", str(exported), "--version", self.version)
        return [
            self._export("export", exported, parts, "--version", self.version),
            self._export("export-bijective", compared / "bijective", flow, *like, "--kind", "bijective", more=(exported,)),
            self._export("export-prior", compared / "prior", ["prior"], *like, "--gap", "prior", more=(exported,)),
            self._export("export-untaught", compared / "untaught", ["clip-align"], *like, "--clip", "clip-align", more=(exported,)),
            measured,
            Stage(
                "package",
                self._python("package", "--exported", str(exported), "--evaluation", str(evaluation), "--pack", str(self.pack)),
                inputs=(exported, evaluation, *sorted((HERE / "evaluate" / "card").iterdir())), outputs=(self.pack,), minutes=5, gigabytes=2,
            ),
        ]  # fmt: skip

    def _draw(self, stage: str, name: str, count: int, seed: int, *flags: str, needs: tuple[Path, ...] = ()) -> Stage:
        folder = self.data[name]
        command = (str(NODE), str(HERE / "data" / "main.ts"), "--out", str(folder), "--count", str(count), "--seed", str(seed), *flags)
        return Stage(stage, command, inputs=(*DRAWN_FROM, *needs), outputs=self._files(folder), minutes=self.size.spare, gigabytes=4)

    def _train(
        self, stage: str, module: str, minutes: float, names: list[str], *words: str,
        of: Sequence[str] = (), data: str = "train", extra: tuple[str, ...] = (), more: tuple[Path, ...] = (), gigabytes: float = 6,
    ) -> Stage:  # fmt: skip
        """A stage that trains for some minutes, of checkpoints `of`, and goes on from its own checkpoint."""
        trained = self.size.minutes_of(stage, minutes)
        return self._make(
            stage, module, names, *words, "--minutes", str(trained), *extra,
            of=of, data=data, more=more, minutes=trained + self.size.spare, gigabytes=gigabytes, resumes=True,
        )  # fmt: skip

    def _make(
        self, stage: str, module: str, names: list[str], *words: str, of: Sequence[str] = (), data: str = "train",
        more: tuple[Path, ...] = (), outputs: tuple[Path, ...] = (), minutes: float | None = None, gigabytes: float = 6, resumes: bool = False,
    ) -> Stage:  # fmt: skip
        """A Python stage: its checkpoints `names`, of the checkpoints `of`."""
        settings = [f"{name}={json.dumps(value)}" for name, value in self.size.settings.get(module, {}).items()]
        command = self._python(
            module, *words, "--data", str(self.data[data]), "--work", str(self.checkpoints), *(["--set", *settings] if settings else [])
        )
        return Stage(
            stage, command, inputs=(*self._files(self.data[data]), *self._checkpoints(of), *more), outputs=(*self._checkpoints(names), *outputs),
            minutes=self.size.spare if minutes is None else minutes, gigabytes=gigabytes, resumes=resumes,
        )  # fmt: skip

    def _export(self, stage: str, pack: Path, of: list[str], *words: str, more: tuple[Path, ...] = ()) -> Stage:
        report = pack.with_name(f"{pack.name}-export.json")
        return self._make(stage, "export_pack", [], "--pack", str(pack), *words, of=of, more=more, outputs=(pack, report))

    def _python(self, module: str, *words: str) -> tuple[str, ...]:
        return (sys.executable, "-m", f"stages.{module}", *words)

    def _checkpoints(self, names: Sequence[str]) -> tuple[Path, ...]:
        return tuple(self.checkpoints / f"{name}.pt" for name in names)

    @staticmethod
    def _files(folder: Path) -> tuple[Path, ...]:
        return tuple(folder / name for name in DATA_FILES)
