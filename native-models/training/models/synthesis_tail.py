"""The end of the synthesis network: it draws at 256 and 512 what the body, at 128, can only hint at.

The body (models/generator.py) is trained first, on pictures of 256, and then left as it is: what was learnt on its w stays
valid, and so do the portraits that were drawn with it. Its features know where the outlines run, its picture in which
colours. From both the tail makes what twice that size has more: there are convolutions at 256 and at 512, and no pixel
shuffle after them.

Its convolutions are not modulated, since the features that they are given are. Of what was timed in ONNX Runtime, as a
multiple of the processor time of the body (1,568 million multiplications): modulated layers of 24 and 12 channels with noise
2.66 (2,597 million), without noise 2.54, of 32 and 16 without the last at 512 2.39; these, of 32 and 16, 2.27 (3,332), of 48
and 16 2.81, of 24 and 12 2.47. The widths are multiples of 16, which is what a vector of the processor holds.
"""

import torch
import torch.nn.functional as F
from torch import nn

from common.setup import FAST, autocast
from models.generator import CHANNELS, RESOLUTION, SynthesisNetwork

#: Side of the picture that is drawn in the end.
PICTURE_RESOLUTION = 2 * RESOLUTION
#: Channels at 256 and at 512.
WIDTHS = (32, 16)


def double(x: torch.Tensor) -> torch.Tensor:
    return F.interpolate(x, scale_factor=2, mode="nearest")


class SynthesisTail(nn.Module):
    """The body's features [N, 48, 128, 128] and picture [N, 3, 256, 256] → picture [N, 3, 512, 512]. Before it has learnt
    anything, it is the body's, enlarged."""

    def __init__(self):
        super().__init__()
        wide, narrow = WIDTHS
        # A convolution before the upsampling costs a quarter of one after it.
        self.before_256 = nn.Conv2d(CHANNELS[RESOLUTION // 2] + 3, wide, 3, padding=1)
        self.at_256 = nn.Conv2d(wide, wide, 3, padding=1)
        self.before_512 = nn.Conv2d(wide, narrow, 3, padding=1)
        self.at_512 = nn.Conv2d(narrow, narrow, 3, padding=1)
        self.to_rgb = nn.Conv2d(narrow, 3, 1)
        nn.init.zeros_(self.to_rgb.weight)
        nn.init.zeros_(self.to_rgb.bias)

    def forward(self, features: torch.Tensor, picture: torch.Tensor) -> torch.Tensor:
        x = torch.cat([features, F.avg_pool2d(picture, 2).to(features.dtype)], 1)
        x = double(F.leaky_relu(self.before_256(x), 0.2))
        x = F.leaky_relu(self.at_256(x), 0.2)
        x = double(F.leaky_relu(self.before_512(x), 0.2))
        x = F.leaky_relu(self.at_512(x), 0.2)
        return F.interpolate(picture, scale_factor=2, mode="bilinear") + self.to_rgb(x).float()


class TailedSynthesis(nn.Module):
    """w⁺ [N, LAYERS, 512] → picture [N, 3, 512, 512] in about [-1, 1]: what a pack draws."""

    def __init__(self, body: SynthesisNetwork, tail: SynthesisTail):
        super().__init__()
        self.body, self.tail = body, tail

    def forward(self, w: torch.Tensor) -> torch.Tensor:
        return self.tail(*self.body.features_and_picture(w))


def tail_in_training(body: SynthesisNetwork, tail: SynthesisTail, w: torch.Tensor) -> torch.Tensor:
    """The same in FAST, where only the tail learns."""
    with torch.no_grad():
        features, picture = body.features_and_picture(w, FAST)
    with autocast():
        return tail(features, picture)
