"""How near drawn pictures are to real ones, in a feature space that nobody trained."""

import numpy as np
import torch
import torch.nn.functional as F

#: Ways in which real pictures are split, to be compared with themselves.
SPLITS = 5


class RandomFeatures(torch.nn.Module):
    """A convolutional network of fixed random weights (Naeem et al. 2020, sec. 4)."""

    def __init__(self):
        super().__init__()
        generator = torch.Generator().manual_seed(0)
        widths = [3, 32, 64, 128, 64]
        self.kernels = [
            torch.randn(o, i, 3, 3, generator=generator) * (2 / (9 * i)) ** 0.5 for i, o in zip(widths, widths[1:])
        ]  # fmt: skip

    @torch.no_grad()
    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """[N, 3, H, W] → [N, 480]: mean activation of every channel, of the last layer's in each quarter of the picture."""
        x, found = pictures, []
        for kernel in self.kernels:
            x = F.relu(F.conv2d(x, kernel, stride=2, padding=1))
            found.append(x.mean((2, 3)))
        return torch.cat([*found[:-1], F.adaptive_avg_pool2d(x, 2).flatten(1)], 1)

    def all(self, pictures: torch.Tensor) -> torch.Tensor:
        return torch.cat([self(part) for part in pictures.split(64)])


def frechet_distance(a: torch.Tensor, b: torch.Tensor) -> float:
    """Between Gaussians fitted to two sets of features (Heusel et al. 2017, eq. 6)."""
    a, b = a.double(), b.double()
    cov_a, cov_b = a.T.cov(), b.T.cov()
    root = torch.linalg.eigvals(cov_a @ cov_b).real.clamp_min(0).sqrt().sum()
    return ((a.mean(0) - b.mean(0)).square().sum() + cov_a.trace() + cov_b.trace() - 2 * root).item()


def halves(real: torch.Tensor) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Features [2N, k] of real pictures, split in two in several ways: one split is as much luck as difference."""
    random = torch.Generator().manual_seed(0)
    return [real[torch.randperm(len(real), generator=random)].chunk(2) for _ in range(SPLITS)]


def frechet_from_real(drawn: torch.Tensor, real: torch.Tensor) -> float:
    """Mean distance of N drawn pictures from N of 2N real ones."""
    return float(np.mean([frechet_distance(drawn, half) for half, _ in halves(real)]))


def frechet_within(real: torch.Tensor) -> float:
    """Mean distance of half of the real pictures from the other half: what nothing drawn is expected to come under."""
    return float(np.mean([frechet_distance(*both) for both in halves(real)]))


def diversity(sets: torch.Tensor, scale: float) -> float:
    """Mean distance between two portraits of one prompt, features [prompts, portraits, k], as a share of `scale`."""
    prompts, portraits, _ = sets.shape
    return (torch.cdist(sets, sets).sum() / (prompts * portraits * (portraits - 1))).item() / scale
