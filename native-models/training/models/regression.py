"""What the generator minimises: how far its pictures are from the renderer's. There is no discriminator."""

import numpy as np
import torch
import torch.nn.functional as F

from models.pictures import gradients

#: How far a pixel's weight may stray from the mean by how wrong it has been lately.
RESIDUAL_RANGE = (0.4, 10.0)
RESIDUAL_DECAY = 0.98
#: Of the squared error: small parts count although they are few pixels.
SQUARE_WEIGHT = 2.0
#: Of the L1 distance between image gradients: sharp outlines.
GRADIENT_WEIGHT = 0.5
#: Of the weight of a pixel in which counterfactuals differ.
COUNTERFACTUAL_LIMIT = 100.0


class ResidualMap:
    """Where each style goes wrong most (mouths, eyes, glasses), and where this portrait does: those pixels weigh more."""

    def __init__(self, styles: int, side: int):
        self.error = torch.ones(styles, side, side)

    def weights(self, style: torch.Tensor, error: torch.Tensor) -> torch.Tensor:
        """[N, 1, H, W] for errors [N, H, W]. Thin glasses in a colour of their own are lost in the mean of a style."""
        return (self._relative(self.error)[style] + self._relative(error)) / 2

    @staticmethod
    def _relative(error: torch.Tensor) -> torch.Tensor:
        smooth = F.avg_pool2d(error[:, None], 5, 1, 2)
        return (smooth / smooth.mean((2, 3), keepdim=True)).clamp(*RESIDUAL_RANGE)

    def chances(self, style: torch.Tensor) -> np.ndarray:
        """How often to show each portrait, in proportion to how wrong its style has been lately; sums to 1."""
        weight = self.error.mean((1, 2))[style].double()
        return (weight / weight.sum()).numpy()

    def update(self, style: torch.Tensor, error: torch.Tensor) -> None:
        for one in style.unique():
            self.error[one].lerp_(error[style == one].mean(0), 1 - RESIDUAL_DECAY)

    def state_dict(self) -> dict:
        return {"error": self.error}

    def load_state_dict(self, saved: dict) -> None:
        self.error = saved["error"]


def counterfactual_weights(target: torch.Tensor) -> torch.Tensor:
    """Where each picture of counterfactual pairs [2N, 3, H, W], side by side, differs from the other: weights [2N, 1, H, W]
    of mean 1 (less where single pixels would weigh more than COUNTERFACTUAL_LIMIT), all zero for pairs that look alike."""
    difference = (target[::2] - target[1::2]).abs().mean(1, keepdim=True)
    smooth = F.avg_pool2d(difference, 5, 1, 2)
    weights = smooth / smooth.mean((2, 3), keepdim=True).clamp_min(1e-6)
    return weights.clamp_max(COUNTERFACTUAL_LIMIT).repeat_interleave(2, 0)


def picture_loss(
    drawn: torch.Tensor, target: torch.Tensor, style: torch.Tensor, residual: ResidualMap, counterfactual: bool = False
) -> torch.Tensor:
    """Weighted L1 and squared error of pictures [N, 3, H, W] in [-1, 1], and of their gradients."""
    difference = drawn - target
    error = difference.detach().abs().mean(1)
    weights = residual.weights(style, error)
    if counterfactual:
        weights = weights + counterfactual_weights(target)
    loss = (weights * (difference.abs() + SQUARE_WEIGHT * difference.square())).mean()
    for (dy, dx), weight in zip(
        zip(gradients(drawn), gradients(target)),
        (weights[..., 1:, :], weights[..., 1:]),
    ):
        loss = loss + GRADIENT_WEIGHT * (weight * (dy - dx).abs()).mean()
    if not counterfactual:  # Their options are not as usual as a style's are.
        residual.update(style, error)
    return loss
