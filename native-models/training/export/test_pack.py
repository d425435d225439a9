import json

import numpy as np
import torch

from conftest import Quick
from export.manifest import FILES
from export.onnx_export import open_graph
from models.checkpoints import load_generator, load_inverse, load_projection, read_checkpoint
from models.flow import SIZE
from models.generator import LAYERS
from models.inverse import SOFTNESS
from models.sampler import W_SIZE
from models.synthesis_tail import PICTURE_RESOLUTION


def test_pack_states_the_files_it_holds(quick: Quick):
    manifest = json.loads((quick.pack / "pack.json").read_text())
    on_disk = {str(p.relative_to(quick.pack)) for p in quick.pack.rglob("*") if p.is_file()}
    assert set(manifest["files"]) == {name for name in on_disk if "/" in name and not name.startswith("sheets/")}
    assert on_disk - set(manifest["files"]) == {
        "pack.json",
        "MODEL_CARD.md",
        "LICENSE.md",
        *(f"sheets/{name}.jpg" for name in ("samples", "prompts", "between")),
    }
    assert manifest["generator"]["layers"] == LAYERS and manifest["generator"]["resolution"] == 512
    assert manifest["measured"]["diversity"] > 0


def test_packs_to_compare_differ_in_one_thing(quick: Quick):
    def files(name: str) -> dict:
        return json.loads((quick.work / name / "pack.json").read_text())["files"]

    shipped = files("exported")
    changed = {
        name: {path for path, file in files(f"compared/{name}").items() if file != shipped.get(path)}
        for name in ("bijective", "prior", "untaught")
    }
    assert changed == {"bijective": {FILES["encode"], FILES["decode"]}, "prior": {FILES["prior"]}, "untaught": {FILES["text"]}}


def test_exported_flow_undoes_itself(quick: Quick):
    pairs, generator = read_checkpoint(quick.checkpoints, "pairs"), load_generator(quick.checkpoints, quick.attributes)
    with torch.no_grad():
        w, e = generator.mapping.from_attributes(pairs["known"][:32]), pairs["e"][:32]
        expected = generator.mapping(load_inverse(quick.checkpoints, generator)(w), SOFTNESS)
    encode, decode = (open_graph(quick.pack / FILES[name]) for name in ("encode", "decode"))
    z, log_det = encode.run(["z", "log_det"], {"w": w.numpy(), "e": e.numpy()})
    assert np.isfinite(log_det).all()
    (back,) = decode.run(["w"], {"z": z, "e": e.numpy()})
    # Matrices are stored as float16 and inverted as stored: what is left is the inverse's own rounding. Where two options
    # are all but tied, as they are after seconds of training, it may decide between them; hence the quantile.
    error = np.sqrt(np.square(back - expected.numpy()).mean(1)) / w.std().item()
    assert np.quantile(error, 0.75) < 0.05


def test_the_exported_editor_changes_nothing_where_nothing_is_asked_for(quick: Quick):
    manifest = json.loads((quick.pack / "pack.json").read_text())
    described, ends = manifest["attributes"], 2 * len(manifest["directions"])
    size = described["count"]
    assert all(0 <= start < stop <= size for start, stop in (group["range"] for group in described["groups"]))
    w = np.random.default_rng(0).normal(size=(2, SIZE)).astype(np.float32)
    nothing = {"w": w, "other": w[::-1].copy(), "change": np.zeros((2, ends), np.float32), "take": np.zeros((2, size), np.float32)}
    direction, shown = open_graph(quick.pack / described["graph"]).run(["direction", "shown"], nothing)
    assert np.abs(direction).max() < 1e-4
    assert np.allclose(shown[:, : described["groups"][0]["range"][1]].sum(1), 1, atol=1e-4)


def test_the_exported_projection_is_that_of_the_classifier(quick: Quick):
    generator = load_generator(quick.checkpoints, quick.attributes)
    with torch.no_grad():
        w = generator.mapping(torch.randn(8, W_SIZE))
        w = (w + w.roll(1, 0)) / 2
        expected = load_projection(quick.checkpoints, generator)(w)
    (projected,) = open_graph(quick.pack / FILES["projection"]).run(["firm"], {"w": w.numpy()})
    # What is stored rounded is classified a little otherwise, and probabilities count with a high power of theirs.
    assert np.abs(projected - expected.numpy()).mean() < 0.05 * (expected - w).abs().mean().item() + 1e-3


def test_batch_is_dynamic_and_does_not_mix(quick: Quick):
    session = open_graph(quick.pack / FILES["synthesis"])
    w = np.random.default_rng(0).normal(size=(3, LAYERS, SIZE)).astype(np.float32)
    together = session.run(None, {"w": w})[0]
    alone = session.run(None, {"w": w[1:2]})[0]
    assert together.shape == (3, 3, PICTURE_RESOLUTION, PICTURE_RESOLUTION)
    np.testing.assert_allclose(together[1:2], alone, atol=1e-4)
