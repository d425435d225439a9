"""Runs the whole of training on very little, in seconds a stage, and checks what must hold at any size.

    python -m pytest native-models/training
"""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from common import read_json  # noqa: E402
from flow import SIZE, Flow  # noqa: E402
from generator import LAYERS, RESOLUTION, AttributeSampler, ModulatedConv  # noqa: E402
from muon import orthogonalise  # noqa: E402
from portraits import Attributes, Portraits  # noqa: E402
from train_projection import load_projection  # noqa: E402

NODE = HERE.parent.parent / "node_modules" / ".bin" / "node"


def draw_data(folder: Path, count: int, seed: int, *flags: str) -> Path:
    script = HERE / "data" / "main.ts"
    subprocess.run([NODE, script, "--out", folder, "--count", str(count), "--seed", str(seed), *flags], check=True)
    return folder


@pytest.fixture(scope="session")
def data(tmp_path_factory) -> Path:
    return draw_data(tmp_path_factory.mktemp("data"), 3000, 1)


def test_data_is_the_same_however_it_is_split(data: Path, tmp_path: Path):
    fewer = draw_data(tmp_path, 50, 1)
    size = 50 * RESOLUTION**2 * 3
    assert (fewer / "pictures.u8").read_bytes() == (data / "pictures.u8").read_bytes()[:size]


def test_portraits_between_two_start_at_one_and_end_at_the_other(data: Path):
    portraits = Portraits(data, RESOLUTION)
    between = [r for r in portraits.records if r["kind"] == "between"]
    assert len(between) > 500
    for record in between:
        near, far = (record["a"], record["b"]) if record["t"] < 0.5 else (record["b"], record["a"])
        if record["t"] < 0.15 or record["t"] > 0.85:
            assert record["shown"]["options"] == near["options"]
        for group, option in record["shown"]["options"].items():
            assert option in (near["options"].get(group), far["options"].get(group))


def test_sampler_draws_what_the_renderer_draws(data: Path):
    portraits = Portraits(data, RESOLUTION)
    plain = portraits.a[torch.from_numpy(portraits.kind == "plain")]
    drawn = AttributeSampler(portraits.attributes)(torch.randn(3000, SIZE))
    assert drawn.shape[1] == portraits.attributes.size
    # 0.05 is over five standard errors of a share estimated from 1,800 and 3,000 draws.
    assert (plain.mean(0) - drawn.mean(0)).abs().max() < 0.05


def test_modulated_convolution_equals_modulating_the_weights():
    conv, w, x = ModulatedConv(6, 5, 3), torch.randn(2, SIZE), torch.randn(2, 6, 8, 8)
    scale = conv.affine(w)
    for n in range(2):
        weight = conv.weight * scale[n][None, :, None, None]
        weight = weight * (weight.square().sum((1, 2, 3), keepdim=True) + 1e-8).rsqrt()
        expected = torch.nn.functional.conv2d(x[n : n + 1], weight, padding=1) + conv.bias[:, None, None]
        torch.testing.assert_close(conv(x, w)[n : n + 1], expected, atol=1e-5, rtol=1e-4)


def test_orthogonalise_brings_singular_values_near_one():
    for shape in ((32, 200), (200, 32)):
        values = torch.linalg.svdvals(orthogonalise(torch.randn(shape)))
        assert 0.5 < values.min() and values.max() < 1.5


@pytest.mark.parametrize("conditional", [True, False])
def test_flow_inverts_and_its_log_determinant_is_the_jacobians(conditional: bool, monkeypatch):
    import flow as module

    monkeypatch.setattr(module, "SIZE", 6)
    monkeypatch.setattr(module, "CONDITION", 4)
    made = Flow(conditional, seed=1).double()
    for parameter in made.parameters():
        parameter.data += 0.1 * torch.randn_like(parameter)
    x, e = torch.randn(64, 6).double(), torch.randn(64, 6).double()
    made(x, e)
    made.eval()
    z, log_det = made(x, e)
    assert (made.inverse(z, e) - x).abs().max() < 1e-9
    for n in range(3):
        jacobian = torch.autograd.functional.jacobian(lambda row: made(row[None], e[n : n + 1])[0][0], x[n])
        assert abs(torch.linalg.slogdet(jacobian)[1] - log_det[n]) < 1e-9


def test_actnorm_is_set_by_the_first_batch_only():
    made = Flow(conditional=False)
    first = 3 + 2 * torch.randn(256, SIZE)
    y, _ = made.steps[0].norm(first)
    assert y.mean(0).abs().max() < 1e-4 and (y.std(0, unbiased=False) - 1).abs().max() < 1e-3
    before = made.steps[0].norm.bias.clone()
    made.steps[0].norm(first + 5)
    assert torch.equal(before, made.steps[0].norm.bias)
    assert Flow(conditional=False).state_dict()["steps.0.norm.is_set"].item() is False
    assert made.state_dict()["steps.0.norm.is_set"].item() is True


def run(script: str, *arguments: object) -> str:
    done = subprocess.run([sys.executable, HERE / script, *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="session")
def trained(data: Path, tmp_path_factory) -> tuple[Path, Path]:
    """Every stage for a few seconds, exported; the work folder and the pack."""
    work, pack = tmp_path_factory.mktemp("work"), tmp_path_factory.mktemp("pack")
    where = ("--data", data, "--work", work)
    run("train_generator.py", *where, "--minutes", 0.1)
    assert "resumed at step" in run("train_generator.py", *where, "--minutes", 0.15)
    run("train_clip.py", "words", *where, "--minutes", 0.1)
    run("train_clip.py", "pictures", *where, "--minutes", 0.1)
    few = ("-c", f"import sys; sys.path.insert(0, '{HERE}'); import train_flow; train_flow.SETTINGS |= "
           "{'pairs': 800, 'captioned': 400, 'held_out': 100}; train_flow.main()")  # fmt: skip
    for what in ("embed", "pairs", "conditional", "bijective", "prior"):
        done = subprocess.run([sys.executable, *few, what, *map(str, where), "--minutes", "0.1"], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-3000:]
    run("train_projection.py", *where, "--minutes", 0.1)
    run("train_preview.py", *where, "--minutes", 0.1)
    run("export.py", *where, "--pack", pack)
    return work, pack


def test_pack_states_the_files_it_holds(trained: tuple[Path, Path]):
    _, pack = trained
    manifest = json.loads((pack / "pack.json").read_text())
    on_disk = {str(p.relative_to(pack)) for p in pack.rglob("*") if p.is_file() and p.name != "pack.json"}
    assert set(manifest["files"]) == on_disk
    assert manifest["generator"]["layers"] == LAYERS


def test_exported_flow_undoes_itself(trained: tuple[Path, Path], data: Path):
    work, pack = trained
    pairs = torch.load(work / "pairs.pt", weights_only=False)
    w, e = pairs["w"][:32], pairs["e"][:32]
    encode, decode = (onnxruntime.InferenceSession(str(pack / "flow" / f"{name}.onnx")) for name in ("encode", "decode"))
    z, log_det = encode.run(["z", "log_det"], {"w": w.numpy(), "e": e.numpy()})
    assert np.isfinite(log_det).all()
    (back,) = decode.run(["w"], {"z": z, "e": e.numpy()})
    with torch.no_grad():
        expected = load_projection(work, Attributes(read_json(data / "distribution.json")))(w)
    # Matrices are stored as float16 and inverted as stored: what is left is the inverse's own rounding.
    assert np.sqrt(np.square(back - expected.numpy()).mean()) / w.std() < 0.05


def test_batch_is_dynamic_and_does_not_mix(trained: tuple[Path, Path]):
    _, pack = trained
    session = onnxruntime.InferenceSession(str(pack / "generator" / "synthesis.onnx"))
    w = np.random.default_rng(0).normal(size=(3, LAYERS, SIZE)).astype(np.float32)
    together = session.run(None, {"w": w})[0]
    alone = session.run(None, {"w": w[1:2]})[0]
    assert together.shape == (3, 3, RESOLUTION, RESOLUTION)
    np.testing.assert_allclose(together[1:2], alone, atol=1e-4)


def test_settings_are_saved_whole(trained: tuple[Path, Path]):
    import train_generator

    saved = torch.load(trained[0] / "generator.pt", weights_only=False)
    assert saved["settings"] == train_generator.SETTINGS


def test_attributes_round_trip_through_the_distribution(data: Path):
    attributes = Attributes(read_json(data / "distribution.json"))
    record = json.loads((data / "portraits.jsonl").read_text().splitlines()[0])
    vector = attributes.encode(record["shown"])
    assert vector[: len(attributes.styles)].sum() == 1
    assert vector[attributes.colours].min() >= -1 and vector[attributes.colours].max() <= 1
