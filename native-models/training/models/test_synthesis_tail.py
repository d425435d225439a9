import torch
import torch.nn.functional as F

from models.generator import LAYERS, SynthesisNetwork
from models.sampler import W_SIZE
from models.synthesis_tail import SynthesisTail, TailedSynthesis, tail_in_training


def test_before_it_has_learnt_the_tail_enlarges():
    body, w = SynthesisNetwork(), torch.randn(1, LAYERS, W_SIZE)
    with torch.no_grad():
        picture = TailedSynthesis(body, SynthesisTail())(w)
        assert picture.shape == (1, 3, 512, 512)
        torch.testing.assert_close(picture, F.interpolate(body(w), scale_factor=2, mode="bilinear"))


def test_only_the_tail_learns():
    body, tail = SynthesisNetwork(), SynthesisTail()
    tail_in_training(body, tail, torch.randn(1, LAYERS, W_SIZE)).square().mean().backward()
    assert all(parameter.grad is None for parameter in body.parameters())
    assert tail.to_rgb.weight.grad.abs().sum() > 0
