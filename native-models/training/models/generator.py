"""The generator: StyleGAN2 (Karras et al. 2020), drawn small.

Mapping network z → w, synthesis network w⁺ → picture with modulated and demodulated convolutions, a constant
input, one w per layer, constant noise inputs and skip connections to RGB.

Differences from the paper, for speed on a CPU:
- a block's first convolution runs before the (nearest) upsampling;
- the last toRGB gives 12 channels at half size, and a pixel shuffle makes them 3 at full size;
- the mapping network's first layers are known rather than learned: they turn z into the attributes of a portrait
  (a Gumbel-max draw per choice, through the normal CDF), with the same probabilities as the data. So z ~ N(0, I)
  samples the whole variety of the data, and w, mean w and truncation mean what they mean in StyleGAN.
"""

import math

import torch
import torch.nn.functional as F
from torch import nn

from data.portraits import Attributes, Portraits
from models.sampler import W_SIZE, AttributeSampler

#: Channels of each block; the picture is twice as large as the last one.
CHANNELS = {4: 256, 8: 256, 16: 256, 32: 192, 64: 80, 128: 48}
PREVIEW_CHANNELS = {4: 192, 8: 192, 16: 192, 32: 128, 64: 64}
#: Side of what this network draws; the tail (models/synthesis_tail.py) doubles it.
RESOLUTION = 2 * max(CHANNELS)
PREVIEW_RESOLUTION = 2 * max(PREVIEW_CHANNELS)
#: One w for every convolution (one at 4², two at each further size) and one for the last toRGB.
LAYERS = 2 * len(CHANNELS)
#: Below this layer w decides what is drawn, from it on in which colours (see data/between.ts): what the studio calls fine.
FIRST_COLOUR_LAYER = LAYERS // 2


class MappingNetwork(nn.Module):
    """z [N, 512] → w [N, 512], by way of a portrait's attributes."""

    def __init__(self, attributes: Attributes):
        super().__init__()
        self.sampler = AttributeSampler(attributes)
        self.layers = nn.Sequential(
            nn.Linear(attributes.size, W_SIZE), nn.LeakyReLU(0.2),
            nn.Linear(W_SIZE, W_SIZE), nn.LeakyReLU(0.2),
            nn.Linear(W_SIZE, W_SIZE),
        )  # fmt: skip

    def from_attributes(self, attributes: torch.Tensor) -> torch.Tensor:
        return self.layers(attributes)

    def forward(self, z: torch.Tensor, softness: float = 0.0) -> torch.Tensor:
        return self.layers(self.sampler(z, softness))


class ModulatedConv(nn.Module):
    """Modulated convolution as scale → shared convolution → scale (demodulation): Karras et al. 2020, sec. 2.2.

    Scaling activations instead of weights gives the same numbers, lets one convolution serve the whole batch, and
    exports with a dynamic batch.
    """

    def __init__(self, inputs: int, outputs: int, kernel: int, demodulate: bool = True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs, kernel, kernel) / math.sqrt(inputs * kernel**2))
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.affine = nn.Linear(W_SIZE, inputs)
        nn.init.normal_(self.affine.weight, std=1 / math.sqrt(W_SIZE))
        nn.init.ones_(self.affine.bias)
        self.demodulate = demodulate

    def forward(self, x: torch.Tensor, w: torch.Tensor) -> torch.Tensor:
        return self.convolved(x, w) + self.bias[:, None, None].to(x.dtype)

    def convolved(self, x: torch.Tensor, w: torch.Tensor, gain: float = 1.0) -> torch.Tensor:
        """Without the bias, times `gain` where it is demodulated."""
        scale = self.affine(w)
        y = F.conv2d(x * scale[:, :, None, None].to(x.dtype), self.weight.to(x.dtype), padding=self.weight.shape[-1] // 2)
        if not self.demodulate:
            return y
        power = scale.square() @ self.weight.square().sum((2, 3)).T
        return y * (gain * (power + 1e-8).rsqrt())[:, :, None, None].to(x.dtype)


class StyledLayer(nn.Module):
    """Modulated 3×3 convolution, constant noise, leaky ReLU times √2; doubles the size first where asked.

    A processor waits for memory at each pass over all pixels. So the gain goes into what is small (√2 · leaky(y) is
    leaky(√2 · y)), and bias and noise, which no w reaches, are one constant when the graph is loaded.
    """

    GAIN = math.sqrt(2)

    def __init__(self, inputs: int, outputs: int, resolution: int, up: bool):
        super().__init__()
        self.conv = ModulatedConv(inputs, outputs, 3)
        self.up = up
        self.register_buffer("noise", torch.randn(resolution, resolution))
        self.noise_strength = nn.Parameter(torch.zeros(()))

    def forward(self, x: torch.Tensor, w: torch.Tensor) -> torch.Tensor:
        x = self.conv.convolved(x, w, self.GAIN)
        if self.up:
            x = F.interpolate(x, scale_factor=2, mode="nearest")
        constant = self.GAIN * (self.conv.bias[:, None, None] + self.noise * self.noise_strength)
        return F.leaky_relu(x + constant.to(x.dtype), 0.2)


class SynthesisNetwork(nn.Module):
    """w⁺ [N, LAYERS, 512] → picture [N, 3, H, H] in about [-1, 1], H twice the size of the last block.

    With PREVIEW_CHANNELS it is the preview: the same network drawn smaller, which the finer layers of w⁺ do not reach.
    """

    def __init__(self, channels: dict[int, int] = CHANNELS):
        super().__init__()
        self.sizes = list(channels)
        self.constant = nn.Parameter(torch.randn(1, channels[4], 4, 4))
        self.styled, self.to_rgb = nn.ModuleList(), nn.ModuleList()
        inputs = channels[4]
        for resolution, outputs in channels.items():
            if resolution > 4:
                self.styled.append(StyledLayer(inputs, outputs, resolution, up=True))
            self.styled.append(StyledLayer(outputs, outputs, resolution, up=False))
            last = resolution == max(channels)
            self.to_rgb.append(ModulatedConv(outputs, 12 if last else 3, 1, demodulate=False))
            inputs = outputs
        self.pixel_shuffle = nn.PixelShuffle(2)

    def forward(self, w: torch.Tensor, dtype: torch.dtype = torch.float32) -> torch.Tensor:
        return self.features_and_picture(w, dtype)[1]

    def features_and_picture(self, w: torch.Tensor, dtype: torch.dtype = torch.float32) -> tuple[torch.Tensor, torch.Tensor]:
        """The last block's activations [N, channels, H / 2, H / 2], and the picture."""
        x = self.constant.to(dtype).expand(w.shape[0], -1, -1, -1)
        if dtype != torch.float32:
            x = x.contiguous(memory_format=torch.channels_last)
        rgb, layer = None, 0
        for size, to_rgb in zip(self.sizes, self.to_rgb):
            for _ in range(1 if size == 4 else 2):
                x = self.styled[layer](x, w[:, layer])
                layer += 1
            more = to_rgb(x, w[:, layer]).float()
            if rgb is not None:
                rgb = F.interpolate(rgb, scale_factor=2, mode="bilinear")
            if size == self.sizes[-1]:
                return x, F.interpolate(rgb, scale_factor=2, mode="bilinear") + self.pixel_shuffle(more)
            rgb = more if rgb is None else rgb + more
        raise AssertionError("The last block returns.")


class Generator(nn.Module):
    def __init__(self, attributes: Attributes):
        super().__init__()
        self.mapping = MappingNetwork(attributes)
        self.synthesis = SynthesisNetwork()
        self.register_buffer("mean_w", torch.zeros(W_SIZE))

    @torch.no_grad()
    def deviation_of_w(self) -> torch.Tensor:
        """Standard deviation of each number of w over random portraits: [512]."""
        return self.mapping(torch.randn(4096, W_SIZE)).std(0)


def to_w_plus(w: torch.Tensor) -> torch.Tensor:
    """w [N, 512] → w⁺ [N, LAYERS, 512]."""
    return w[:, None].expand(-1, LAYERS, -1)


def w_plus_of(mapping: MappingNetwork, data: Portraits, indices: torch.Tensor) -> torch.Tensor:
    """w⁺ [N, LAYERS, 512] that each record is to be drawn at: w travels from a to b by t, or splits between layers where they
    are mixed."""
    w_a, w_b = mapping.from_attributes(torch.cat([data.a[indices], data.b[indices]])).chunk(2)
    layers = torch.arange(LAYERS)[None, :, None]
    mixed = torch.from_numpy(data.kind[indices.numpy()] == "mixed")[:, None, None]
    share = torch.where(mixed, (layers >= FIRST_COLOUR_LAYER).float(), data.t[indices][:, None, None])
    return torch.lerp(to_w_plus(w_a), to_w_plus(w_b), share)
