from pathlib import Path

import torch

from common.setup import unit
from conftest import Quick
from export.from_pack import classifier_of, fill, flow_of, inverse_of, read_weights, tail_of
from export.manifest import FILES
from export.onnx_export import export, open_graph
from export.pack_graphs import AsFloat32
from export.storage import round_half
from models.checkpoints import load_generator
from models.generator import LAYERS, Generator, SynthesisNetwork
from models.sampler import W_SIZE
from models.synthesis_tail import SynthesisTail, TailedSynthesis


def test_weights_come_back_from_a_pack(quick: Quick):
    # Of the mapping network: elsewhere seconds of training leave biases alike, which the exporter then stores once.
    z = torch.randn(4, W_SIZE)
    after = fill(Generator(quick.attributes).mapping, read_weights(quick.pack / FILES["mapping"]))
    with torch.no_grad():
        assert (load_generator(quick.checkpoints, quick.attributes).mapping(z) - after(z)).abs().max() < 1e-2


def test_the_flow_comes_back_from_a_pack(quick: Quick):
    generator = load_generator(quick.checkpoints, quick.attributes)
    flow, inverse = flow_of(quick.pack).eval(), inverse_of(quick.pack).eval()
    e = unit(torch.randn(4, W_SIZE))
    with torch.no_grad():
        w = generator.mapping(torch.randn(4, W_SIZE))
        z, log_det = open_graph(quick.pack / FILES["encode"]).run(None, {"w": w.numpy(), "e": e.numpy()})
        again, log_det_again = flow(inverse(w), e)
    torch.testing.assert_close(again, torch.from_numpy(z), atol=1e-3, rtol=1e-3)
    torch.testing.assert_close(log_det_again, torch.from_numpy(log_det), atol=1e-2, rtol=1e-3)


def test_the_classifiers_come_back_from_a_pack(quick: Quick):
    generator = load_generator(quick.checkpoints, quick.attributes)
    w = torch.randn(4, W_SIZE)
    (_, shown) = open_graph(quick.pack / FILES["editor"]).run(
        None, {"w": w.numpy(), "other": w.numpy(), "change": torch.zeros(4, 16).numpy(), "take": torch.zeros(4, quick.attributes.size).numpy()}
    )  # fmt: skip
    with torch.no_grad():
        again = classifier_of(quick.pack / FILES["editor"], generator).eval()(w)
    torch.testing.assert_close(again, torch.from_numpy(shown), atol=1e-3, rtol=1e-3)


def test_the_tail_comes_back_from_a_pack_that_has_one(tmp_path: Path):
    tail = SynthesisTail()
    for parameter in tail.parameters():
        torch.nn.init.normal_(parameter, std=0.1)
    w = torch.randn(1, LAYERS, W_SIZE)
    graph = tmp_path / FILES["synthesis"]
    export(round_half(AsFloat32(TailedSynthesis(SynthesisNetwork(), tail))), graph, {"w": w}, ["image"])
    again = tail_of(tmp_path)
    assert again is not None
    for name, value in tail.state_dict().items():
        torch.testing.assert_close(again.state_dict()[name], value, atol=1e-3, rtol=1e-3)
    export(round_half(AsFloat32(SynthesisNetwork())), graph, {"w": w}, ["image"])
    assert tail_of(tmp_path) is None
