"""What stages do beyond running to their end, which the quick pipeline proves."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F

from common.setup import HERE
from conftest import Quick, draw_data
from data.portraits import Attributes, Portraits
from export.manifest import FILES
from export.onnx_export import open_graph
from models.checkpoints import load_clip, load_generator, read_checkpoint
from models.generator import RESOLUTION, to_w_plus
from models.pictures import gradients
from recipe import RESTORED
from stages import train_clip, train_generator, train_preview


def test_portraits_of_rare_options_are_shown_more_often(data: Path):
    portraits = Portraits(data, RESOLUTION)
    rare, attributes = train_generator.rarity(portraits), portraits.attributes
    assert rare.min() == 1 and rare.max() <= train_generator.SETTINGS["rarity"]
    micah = (portraits.a[:, attributes.style_names.index("micah")] > 0).numpy()
    beards = portraits.a[:, attributes.slices["micah", "facialHair"]].numpy()
    share = beards[micah].mean(0)
    seldom = int(share.argmin())
    assert (rare[micah & (beards[:, seldom] > 0)] >= 0.99 * min(10, 1 / (len(share) * share[seldom]))).all()


def test_a_caption_is_classified_as_the_pictures_it_fits(quick: Quick, monkeypatch):
    monkeypatch.setattr(train_clip, "SETTINGS", train_clip.SETTINGS | {"classifier_steps": 5, "classifier_means": 20})
    fitting = train_clip.FittingPictures(Portraits(quick.train, RESOLUTION), quick.checkpoints, 0)
    kinds = {kind: part for kind, part in zip(fitting.kinds, fitting.parts)}
    record = int(fitting.records[0])
    rows = fitting.fitting(record, ["hair", "style"])
    shown = fitting.probabilities([rows])[0]
    assert len(rows) > 3 and fitting.row[record] in rows
    for told in ("hair", "style"):
        assert shown[kinds[told]].max() == 1
    assert shown[kinds["skin"]].max() < 1
    torch.testing.assert_close(torch.stack([shown[part].sum() for part in fitting.parts]), torch.ones(len(fitting.parts)))
    assert len(fitting.fitting(record, [])) == min(train_clip.SETTINGS["fitting"], len(fitting.e))


def test_words_are_blurred_by_their_own_lesson_alone(quick: Quick):
    clip = load_clip(quick.checkpoints, quick.attributes).train()
    assert clip.text.training and not clip.text.encoder.training


def test_settings_are_saved_whole_with_those_of_the_command(quick: Quick):
    settings = read_checkpoint(quick.checkpoints, "generator")["settings"]
    assert settings == train_generator.SETTINGS | quick.recipe.size.settings["train_generator"]


def inverse_command(quick: Quick, work: Path, minutes: float) -> list[str]:
    words = ["--data", quick.train, "--work", work, "--minutes", minutes, "--save-every", 0.1]
    return [sys.executable, "-m", "stages.train_inverse", *map(str, words)]


def wait_for(condition, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "It did not happen."
        time.sleep(0.05)


def test_training_that_was_killed_goes_on_from_its_checkpoint(quick: Quick, tmp_path: Path):
    for name in ("generator", "pairs"):
        (tmp_path / f"{name}.pt").symlink_to(quick.checkpoints / f"{name}.pt")
    checkpoint = tmp_path / "inverse.pt"
    killed = subprocess.Popen(inverse_command(quick, tmp_path, 60), cwd=HERE, stdout=subprocess.DEVNULL)
    wait_for(checkpoint.exists)
    killed.kill()
    killed.wait()
    before = torch.load(checkpoint, weights_only=False)
    assert before["step"] > 0
    minutes = before["spent"] / 60 + 0.005
    done = subprocess.run(inverse_command(quick, tmp_path, minutes), cwd=HERE, capture_output=True, text=True, check=True)
    assert f"resumed at step {before['step']}" in done.stdout
    after = torch.load(checkpoint, weights_only=False)
    assert after["step"] > before["step"] and after["spent"] == pytest.approx(60 * minutes, abs=2)


def test_checkpoints_come_back_from_the_pack_that_is_shipped(tmp_path: Path):
    pack, data = HERE.parent / "illustrated-portraits", draw_data(tmp_path / "data", 2, 0)
    words = ["--data", data, "--work", tmp_path, "--pack", pack]
    subprocess.run([sys.executable, "-m", "stages.restore_from_pack", *map(str, words)], cwd=HERE, check=True)
    assert all((tmp_path / f"{name}.pt").exists() for name in RESTORED)
    generator = load_generator(tmp_path, Attributes.of(data))
    w = to_w_plus(generator.mean_w[None]).contiguous()
    (drawn,) = open_graph(pack / FILES["synthesis"]).run(None, {"w": w.numpy()})
    with torch.no_grad():
        # From edition 4 on a pack draws more finely than the body that its checkpoint holds.
        coarse = F.adaptive_avg_pool2d(torch.from_numpy(drawn), 128)
        assert (F.adaptive_avg_pool2d(generator.synthesis(w), 128) - coarse).abs().mean() < 0.05


def test_a_setting_that_is_unknown_is_refused():
    command = [sys.executable, "-m", "stages.train_prior", "--data", ".", "--set", "temprature=1"]
    refused = subprocess.run(command, cwd=HERE, capture_output=True, text=True)
    assert refused.returncode == 2 and "temprature" in refused.stderr


def test_what_a_preview_gets_wrong_in_few_pixels_weighs_more():
    target = torch.zeros(1, 3, 32, 32)
    wrong = target.clone()
    wrong[..., 8:12, 8:12] = 0.5
    unweighted = F.l1_loss(wrong, target) + 2 * F.mse_loss(wrong, target)
    unweighted = unweighted + 0.5 * sum(change.abs().mean() for change in gradients(wrong))
    assert train_preview.preview_loss(wrong, target) > 3 * unweighted
    everywhere = train_preview.preview_loss(target + 0.1, target)
    assert everywhere.item() == pytest.approx(0.12, rel=0.01)
    assert train_preview.preview_loss(target, target) == 0
