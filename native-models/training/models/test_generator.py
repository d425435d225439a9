from pathlib import Path

import pytest
import torch

from data.portraits import Attributes
from models.generator import MappingNetwork, ModulatedConv, StyledLayer
from models.option_spacing import nearest, option_distances, portraits_of, spread_options
from models.sampler import W_SIZE


def test_no_two_options_lie_near_in_w(data: Path):
    known = Attributes.of(data)
    # Of one style: of all it takes minutes.
    mapping = MappingNetwork(Attributes(known.distribution | {"styles": known.styles[:1]}))
    slices = mapping.sampler.attributes.slices

    @torch.no_grad()
    def least(style: str, group: str) -> float:
        return nearest(option_distances(mapping, portraits_of(mapping, style), slices[style, group])).min().item()

    near = {name: least(*name) for name in slices}
    far = 1.2 * max(near.values())
    apart = spread_options(mapping, far)
    for name in near:
        before, after = apart[" ".join(name)]
        assert before == pytest.approx(near[name], rel=0.03)
        assert least(*name) == pytest.approx(after, rel=0.03) and after > 0.98 * far
    assert spread_options(mapping, 0.95 * far) == {}
    assert all(parameter.grad is None for parameter in mapping.parameters())


def test_modulated_convolution_equals_modulating_the_weights():
    conv, w, x = ModulatedConv(6, 5, 3), torch.randn(2, W_SIZE), torch.randn(2, 6, 8, 8)
    scale = conv.affine(w)
    for n in range(2):
        weight = conv.weight * scale[n][None, :, None, None]
        weight = weight * (weight.square().sum((1, 2, 3), keepdim=True) + 1e-8).rsqrt()
        expected = torch.nn.functional.conv2d(x[n : n + 1], weight, padding=1) + conv.bias[:, None, None]
        torch.testing.assert_close(conv(x, w)[n : n + 1], expected, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("up", [False, True])
def test_a_styled_layer_is_convolution_noise_and_leaky_relu(up: bool):
    layer, w, x = StyledLayer(6, 5, 8, up), torch.randn(2, W_SIZE), torch.randn(2, 6, *(2 * [4 if up else 8]))
    torch.nn.init.normal_(layer.conv.bias)
    torch.nn.init.normal_(layer.noise_strength)
    convolved = layer.conv(x, w)
    if up:
        convolved = torch.nn.functional.interpolate(convolved, scale_factor=2, mode="nearest")
    expected = 2**0.5 * torch.nn.functional.leaky_relu(convolved + layer.noise * layer.noise_strength, 0.2)
    torch.testing.assert_close(layer(x, w), expected, atol=1e-5, rtol=1e-4)
