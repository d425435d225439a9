"""The flow's graphs: embedding → w and back, the mapping network and its inverse within."""

import numpy as np
import torch
from torch import nn

from models.flow import SIZE, Flow
from models.generator import MappingNetwork
from models.inverse import SOFTNESS, MappingInverse


class AffineStep(nn.Module):
    """A flow step with ActNorm and 1×1 convolution made one matrix, in one direction."""

    def __init__(self, step: nn.Module, decode: bool):
        super().__init__()
        step = step.double()
        forth = step.mix.matrix() * step.norm.log_scale.exp()[None]
        # What is stored rounded is inverted as rounded, so that decode undoes what encode does.
        forth = forth.half().double()
        offset = step.mix.matrix() @ (step.norm.log_scale.exp() * step.norm.bias)
        matrix = torch.linalg.inv(forth) if decode else forth
        self.log_det = float(torch.linalg.slogdet(forth)[1])
        step.float()
        self.register_buffer("matrix", matrix.T.float().contiguous())
        self.register_buffer("offset", offset.float())
        self.couple = step.couple


class Decode(nn.Module):
    """base (, e) → z → w."""

    def __init__(self, flow: Flow, mapping: MappingNetwork):
        super().__init__()
        self.flow, self.mapping = flow, mapping
        self.steps = nn.ModuleList(AffineStep(step, decode=True) for step in reversed(flow.steps))

    def forward(self, base: torch.Tensor, e: torch.Tensor | None = None) -> torch.Tensor:
        condition = self.flow.condition_if_any(e)
        x = base if self.flow.conditional else base * SIZE**0.5
        for step in self.steps:
            x = (step.couple.inverse(x, condition) - step.offset) @ step.matrix
        return self.mapping(x, SOFTNESS)


class Encode(nn.Module):
    """w (, e) → z → base, log-determinant."""

    def __init__(self, flow: Flow, inverse: MappingInverse):
        super().__init__()
        self.flow, self.inverse = flow, inverse
        self.steps = nn.ModuleList(AffineStep(step, decode=False) for step in flow.steps)

    def forward(self, w: torch.Tensor, e: torch.Tensor | None = None) -> tuple[torch.Tensor, torch.Tensor]:
        condition, x, log_det = self.flow.condition_if_any(e), self.inverse(w), 0
        for step in self.steps:
            x, more = step.couple(x @ step.matrix + step.offset, condition)
            log_det = log_det + more + step.log_det
        if not self.flow.conditional:
            x, log_det = x / SIZE**0.5, log_det - 0.5 * SIZE * float(np.log(SIZE))
        return x, log_det
