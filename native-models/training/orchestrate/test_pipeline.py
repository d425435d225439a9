import ast
import fcntl
import os
import signal
import subprocess
import sys
import time
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from common.setup import HERE
from orchestrate.graph import GraphError, Stage, in_order, leading_to, with_what_follows
from orchestrate.pipeline import Pipeline
from orchestrate.process import StageFailed
from recipe import FROM_PACK, FULL, QUICK, RESTORED, Recipe


def stage(name: str, needs: list[Path], makes: list[Path], code: str = "", **more) -> Stage:
    """A stage that writes the sum of its inputs' lengths into each output, after `code`."""
    script = f"""
import sys
from pathlib import Path
inputs, outputs = {[str(path) for path in needs]}, {[str(path) for path in makes]}
{code}
for output in outputs:
    Path(output).write_text("x" * (1 + sum(Path(path).stat().st_size for path in inputs)))
"""
    return Stage(name, (sys.executable, "-c", script), tuple(needs), tuple(makes), **({"minutes": 1, "gigabytes": 4} | more))


def pipeline(stages: list[Stage], work: Path) -> Pipeline:
    return Pipeline(stages, work, work, tell=lambda _: None)


@pytest.fixture
def chain(tmp_path: Path) -> list[Stage]:
    """source → a → b, and c of the source alone."""
    (tmp_path / "source").write_text("words")
    source, a, b, c = (tmp_path / name for name in ("source", "a", "b", "c"))
    return [stage("b", [a], [b]), stage("a", [source], [a]), stage("c", [source], [c])]


def test_stages_run_after_those_that_they_need(chain: list[Stage], tmp_path: Path):
    assert pipeline(chain, tmp_path).run() == ["a", "b", "c"]
    assert (tmp_path / "b").read_text() == "x" * 7


def test_stages_that_need_one_another_are_refused(tmp_path: Path):
    a, b = tmp_path / "a", tmp_path / "b"
    with pytest.raises(GraphError, match="need one another: one, two"):
        in_order([stage("one", [b], [a]), stage("two", [a], [b])])


def test_two_that_write_the_same_and_one_that_needs_what_nobody_writes_are_refused(tmp_path: Path):
    with pytest.raises(GraphError, match="is written by one and by two"):
        in_order([stage("one", [], [tmp_path / "a"]), stage("two", [], [tmp_path / "a"])])
    with pytest.raises(GraphError, match="which no stage writes"):
        in_order([stage("one", [tmp_path / "missing"], [tmp_path / "a"])])


def test_what_is_done_is_not_done_again(chain: list[Stage], tmp_path: Path):
    pipeline(chain, tmp_path).run()
    assert pipeline(chain, tmp_path).run() == []


def test_a_changed_input_reruns_what_follows_from_it_alone(chain: list[Stage], tmp_path: Path):
    pipeline(chain, tmp_path).run()
    (tmp_path / "a").write_text("touched by somebody")
    assert pipeline(chain, tmp_path).run() == ["a"]  # Its own output is not what it wrote; made again, it is as before.
    (tmp_path / "source").write_text("other words")
    assert pipeline(chain, tmp_path).run() == ["a", "b", "c"]


def test_a_new_time_with_the_same_bytes_is_no_change(chain: list[Stage], tmp_path: Path):
    pipeline(chain, tmp_path).run()
    os.utime(tmp_path / "source", (1, 1))
    assert pipeline(chain, tmp_path).run() == []


def test_a_missing_output_and_other_words_of_a_command_rerun_a_stage(chain: list[Stage], tmp_path: Path):
    pipeline(chain, tmp_path).run()
    (tmp_path / "c").unlink()
    assert pipeline(chain, tmp_path).run() == ["c"]
    other = [stage("c", [tmp_path / "source"], [tmp_path / "c"], code="# another") if one.name == "c" else one for one in chain]
    assert pipeline(other, tmp_path).run() == ["c"]


def test_a_stage_can_be_done_again_with_what_follows(chain: list[Stage], tmp_path: Path):
    pipeline(chain, tmp_path).run()
    again = pipeline(chain, tmp_path)
    again.forget(["a"])
    assert again.run() == ["a", "b"]
    with pytest.raises(SystemExit, match="no stages nothing"):
        again.forget(["nothing"])


def test_what_leads_to_a_stage_is_it_and_all_that_it_needs(chain: list[Stage]):
    assert [one.name for one in leading_to("b", chain)] == ["b", "a"]
    assert [one.name for one in leading_to("c", chain)] == ["c"]


def test_folders_count_as_their_files(tmp_path: Path):
    folder, end = tmp_path / "folder", tmp_path / "end"
    fill = f"Path({str(folder)!r}).mkdir(exist_ok=True); Path({str(folder / 'one')!r}).write_text('1'); outputs = []"
    stages = [stage("fill", [], [folder], code=fill), stage("use", [folder / "one"], [end])]
    assert pipeline(stages, tmp_path).run() == ["fill", "use"]
    assert pipeline(stages, tmp_path).run() == []
    (folder / "two").write_text("2")
    assert pipeline(stages, tmp_path).run() == ["fill"]
    assert not (folder / "two").exists()


def test_a_stage_that_fails_says_why_and_is_not_done(tmp_path: Path):
    stages = [stage("broken", [], [tmp_path / "a"], code="sys.exit('the reason')")]
    with pytest.raises(StageFailed, match="(?s)broken ended with 1.*the reason"):
        pipeline(stages, tmp_path).run()
    assert not (tmp_path / "a").exists()
    assert pipeline([stage("broken", [], [tmp_path / "a"])], tmp_path).run() == ["broken"]


@pytest.mark.parametrize("resumes", [True, False])
def test_only_a_stage_that_resumes_finds_what_an_ended_run_has_left(tmp_path: Path, resumes: bool):
    kept = tmp_path / "kept"
    code = f"left = Path({str(kept)!r}).exists(); Path({str(kept)!r}).write_text('half'); Path('found').write_text(str(left))\n"
    broken = stage("long", [], [kept], code=f"{code}import os\nif not Path('mended').exists(): sys.exit(1)", resumes=resumes)
    with pytest.raises(StageFailed):
        pipeline([broken], tmp_path).run()
    (tmp_path / "mended").write_text("")
    pipeline([broken], tmp_path).run()
    assert (tmp_path / "found").read_text() == str(resumes)


def test_what_was_made_of_other_inputs_is_no_checkpoint(tmp_path: Path):
    source, kept = tmp_path / "source", tmp_path / "kept"
    source.write_text("one")
    code = f"kept = Path({str(kept)!r}); Path('found').write_text(str(kept.exists())); kept.write_text('half')\n"
    code += "if not Path('mended').exists(): sys.exit(1)"
    broken = stage("long", [source], [kept], code=code, resumes=True)
    with pytest.raises(StageFailed):
        pipeline([broken], tmp_path).run()
    source.write_text("two")
    (tmp_path / "mended").write_text("")
    pipeline([broken], tmp_path).run()
    assert (tmp_path / "found").read_text() == "False"


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_pipeline_that_is_ended_goes_on_with_its_stage(tmp_path: Path, how: signal.Signals):
    """Asked to end, it ends its stage too; killed, it cannot, and the stage must not be begun beside itself."""
    marks = tmp_path / "marks"
    code = f"import os, time; Path({str(marks)!r}).write_text(str(os.getpid()))\nif not Path('mended').exists(): time.sleep(600)"
    stages = [stage("first", [], [tmp_path / "first"]), stage("long", [tmp_path / "first"], [tmp_path / "long"], code=code)]
    runner = f"""
import sys; sys.path.insert(0, {str(HERE)!r})
from pathlib import Path
from orchestrate.graph import Stage
from orchestrate.pipeline import Pipeline
from orchestrate.process import end_when_asked
PosixPath = Path
end_when_asked()
Pipeline({stages!r}, Path({str(tmp_path)!r}), Path({str(tmp_path)!r})).run()
"""
    running = subprocess.Popen([sys.executable, "-c", runner], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for(lambda: marks.exists() and marks.read_text())
    with pytest.raises(StageFailed, match="Another pipeline"):
        pipeline(stages, tmp_path).run()
    running.send_signal(how)
    running.wait(20)
    pid = int(marks.read_text())
    if how == signal.SIGKILL:
        with pytest.raises(StageFailed, match="a stage that it has left"):
            pipeline(stages, tmp_path).run()
        os.kill(pid, signal.SIGKILL)
    wait_for(lambda: is_free(tmp_path / "lock"))
    assert not is_alive(pid)
    (tmp_path / "mended").write_text("")
    assert pipeline(stages, tmp_path).run() == ["long"]


def is_free(lock: Path) -> bool:
    with open(lock) as opened:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def is_alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/cmdline")
    return status.exists() and status.read_bytes() != b""


def wait_for(condition, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "It did not happen."
        time.sleep(0.05)


def test_budgets_end_a_stage(tmp_path: Path):
    endless = stage("endless", [], [tmp_path / "a"], code="import time; time.sleep(600)", minutes=0.01)
    with pytest.raises(StageFailed, match="longer than its budget of 0.01 minutes"):
        pipeline([endless], tmp_path).run()
    large = stage("large", [], [tmp_path / "a"], code="import time; much = bytearray(400_000_000); time.sleep(600)", gigabytes=0.2)
    with pytest.raises(StageFailed, match="more than its budget of 0.2"):
        pipeline([large], tmp_path).run()


@pytest.mark.parametrize("size", [FULL, QUICK])
def test_the_recipe_has_no_circles_and_ends_with_the_pack(size, tmp_path: Path):
    stages = in_order(Recipe(tmp_path, tmp_path / "pack", size, "1.0.0").stages())
    assert stages[-1].outputs == (tmp_path / "pack",)
    assert with_what_follows({"data-train"}, stages) >= {stage.name for stage in stages} - {
        "data-train",
        "data-counterfactuals",
        "data-large",
        "data-test",
    }


def test_the_recipe_from_a_pack_takes_from_it_what_it_holds(tmp_path: Path):
    start = HERE.parent / "illustrated-portraits"
    stages = in_order(Recipe(tmp_path, tmp_path / "pack", FROM_PACK, "1.0.0", start).stages())
    names = [stage.name for stage in stages]
    assert names[-1] == "package" and not set(RESTORED) - {"clip"} & set(names)
    assert {"restore", "synthesis-tail", "preview", "clip", "judge", "evaluate"} <= set(names)
    # Nothing is trained that only comparisons would need, and all of it within the time that a session has.
    assert not {"bijective", "prior", "export-untaught"} & set(names)
    assert sum(FROM_PACK.minutes.values()) < 150


def modules() -> dict[str, Path]:
    files = [
        file
        for file in HERE.rglob("*.py")
        if not {".venv", "runs"} & set(file.relative_to(HERE).parts) and not file.name.startswith("test_")
    ]
    return {".".join(file.relative_to(HERE).with_suffix("").parts): file for file in files}


def test_no_modules_import_each_other_in_a_circle_and_no_stage_another():
    found = modules()
    imports = {}
    for name, file in found.items():
        nodes = [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.ImportFrom) and node.module]
        named = {node.module for node in nodes} | {f"{node.module}.{alias.name}" for node in nodes for alias in node.names}
        imports[name] = named & found.keys()
    TopologicalSorter(imports).prepare()  # Raises CycleError.
    assert [] == [
        (name, other) for name, others in imports.items() for other in others if name.startswith("stages.") and other.startswith("stages.")
    ]
    assert len(imports) > 40
