"""The flow between CLIP's space and StyleGAN's: real NVP (Dinh et al. 2017) with activation normalisation and
invertible 1×1 convolutions (Glow: Kingma & Dhariwal 2018, sec. 3), as CLIP-Flow puts them together.

A step is ActNorm → invertible 1×1 convolution (of a vector: a 512×512 matrix in LU form) → affine coupling.
`forward` runs from the latent towards the base (encode), `inverse` from the base to the latent (decode).

Two kinds share the layers:
- bijective, the paper's: the base is CLIP's embedding itself, latent ↔ e;
- conditional: the base is Gaussian noise and every coupling sees the embedding, latent ↔ noise given e.

The latent is the z of StyleGAN's mapping network (inverse.py says why), which stands between the flow and w.
"""

import torch
import torch.nn.functional as F
from torch import nn

from common.setup import autocast

SIZE = 512
STEPS = 8
HIDDEN = 320
CONDITION = 256
#: Width of the network that makes the condition of an embedding.
CONDITION_HIDDEN = 768
#: A hard bound on each coupling's log-scale keeps the inverse stable (see `Coupling`).
LOG_SCALE_CAP = 1.5


class ActNorm(nn.Module):
    """y = (x + bias) · e^log_scale, per number; the first batch sets both so that y has mean 0 and deviation 1."""

    def __init__(self):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(SIZE))
        self.log_scale = nn.Parameter(torch.zeros(SIZE))
        self.register_buffer("is_set", torch.tensor(False))

    @torch.no_grad()
    def set_from(self, x: torch.Tensor) -> None:
        self.bias.copy_(-x.mean(0))
        self.log_scale.copy_(-x.std(0, unbiased=False).clamp_min(1e-4).log())
        self.is_set.fill_(True)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        if self.training and not self.is_set:
            self.set_from(x)
        return (x + self.bias) * self.log_scale.exp(), self.log_scale.sum()

    def inverse(self, y: torch.Tensor) -> torch.Tensor:
        return y * (-self.log_scale).exp() - self.bias


class InvertibleLinear(nn.Module):
    """y = W x with W = P·L·(U + diag(s)): Glow's 1×1 convolution, so log|det| is the sum of log|s|."""

    def __init__(self, generator: torch.Generator):
        super().__init__()
        for name in ("permutation", "sign"):
            self.register_buffer(name, torch.empty(0))
        for name in ("lower", "upper", "log_s"):
            self.register_parameter(name, nn.Parameter(torch.empty(0)))
        self.set_matrix(torch.linalg.qr(torch.randn(SIZE, SIZE, generator=generator))[0])

    @torch.no_grad()
    def set_matrix(self, matrix: torch.Tensor) -> None:
        permutation, lower, upper = torch.linalg.lu(matrix)
        diagonal = upper.diagonal()
        self.permutation, self.sign = permutation, diagonal.sign()
        self.lower.data, self.upper.data, self.log_s.data = lower.tril(-1), upper.triu(1), diagonal.abs().log()

    def factors(self) -> tuple[torch.Tensor, torch.Tensor]:
        lower = self.lower.tril(-1) + torch.eye(SIZE, dtype=self.lower.dtype)
        upper = self.upper.triu(1) + torch.diag(self.sign * self.log_s.exp())
        return lower, upper

    def matrix(self) -> torch.Tensor:
        lower, upper = self.factors()
        return (lower @ upper)[self.permutation.argmax(1)]

    def inverse_matrix(self) -> torch.Tensor:
        lower, upper = self.factors()
        middle = torch.linalg.solve_triangular(lower, self.permutation.T, upper=False, unitriangular=True)
        return torch.linalg.solve_triangular(upper, middle, upper=True)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return x @ self.matrix().T, self.log_s.sum()

    def inverse(self, y: torch.Tensor) -> torch.Tensor:
        return y @ self.inverse_matrix().T


class Coupling(nn.Module):
    """The second half is scaled and shifted by what the first half (and the embedding, if any) says.

    log-scale = cap · tanh(raw / cap); the last layer starts at zero, so that a new step is the identity.
    """

    def __init__(self, conditional: bool):
        super().__init__()
        half = SIZE // 2
        self.first = nn.Linear(half + (CONDITION if conditional else 0), HIDDEN)
        self.second = nn.Linear(HIDDEN, HIDDEN)
        self.last = nn.Linear(HIDDEN, 2 * half)
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(self.last.bias)

    def scale_and_shift(self, kept: torch.Tensor, condition: torch.Tensor | None) -> tuple[torch.Tensor, torch.Tensor]:
        x = kept if condition is None else torch.cat([kept, condition], 1)
        # Rounding does not tell in training; what is inverted later has to be exact.
        with autocast(enabled=self.training):
            x = F.gelu(self.first(x))
            raw, shift = self.last(x + F.gelu(self.second(x))).to(kept.dtype).chunk(2, 1)
        return LOG_SCALE_CAP * torch.tanh(raw / LOG_SCALE_CAP), shift

    def forward(self, x: torch.Tensor, condition: torch.Tensor | None) -> tuple[torch.Tensor, torch.Tensor]:
        kept, moved = x.chunk(2, 1)
        log_scale, shift = self.scale_and_shift(kept, condition)
        return torch.cat([kept, moved * log_scale.exp() + shift], 1), log_scale.sum(1)

    def inverse(self, y: torch.Tensor, condition: torch.Tensor | None) -> torch.Tensor:
        kept, moved = y.chunk(2, 1)
        log_scale, shift = self.scale_and_shift(kept, condition)
        return torch.cat([kept, (moved - shift) * (-log_scale).exp()], 1)


class Step(nn.Module):
    def __init__(self, conditional: bool, generator: torch.Generator):
        super().__init__()
        self.norm, self.mix, self.couple = ActNorm(), InvertibleLinear(generator), Coupling(conditional)

    def forward(self, x: torch.Tensor, condition: torch.Tensor | None) -> tuple[torch.Tensor, torch.Tensor]:
        x, by_norm = self.norm(x)
        x, by_mix = self.mix(x)
        x, by_coupling = self.couple(x, condition)
        return x, by_norm + by_mix + by_coupling

    def inverse(self, y: torch.Tensor, condition: torch.Tensor | None) -> torch.Tensor:
        return self.norm.inverse(self.mix.inverse(self.couple.inverse(y, condition)))


class Flow(nn.Module):
    """Between latents [N, 512] and the base [N, 512]; e [N, 512] is the embedding where the flow is conditional."""

    def __init__(self, conditional: bool, seed: int = 0):
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        self.conditional = conditional
        self.steps = nn.ModuleList(Step(conditional, generator) for _ in range(STEPS))
        if conditional:
            # CLIP's numbers are small (unit length in 512 dimensions): bring them to deviation 1.
            self.condition = nn.Sequential(
                nn.Linear(SIZE, CONDITION_HIDDEN), nn.GELU(),
                nn.Linear(CONDITION_HIDDEN, CONDITION_HIDDEN), nn.GELU(),
                nn.Linear(CONDITION_HIDDEN, CONDITION),
            )  # fmt: skip

    def condition_of(self, e: torch.Tensor) -> torch.Tensor:
        """What the couplings of the conditional kind are told of e: [N, CONDITION]."""
        return self.condition(e * SIZE**0.5)

    def condition_if_any(self, e: torch.Tensor | None) -> torch.Tensor | None:
        return self.condition_of(e) if self.conditional and e is not None else None

    def forward(self, latent: torch.Tensor, e: torch.Tensor | None = None) -> tuple[torch.Tensor, torch.Tensor]:
        """latent → base, and log|det ∂base/∂latent| [N]."""
        condition, x, log_det = self.condition_if_any(e), latent, torch.zeros(latent.shape[0], dtype=latent.dtype)
        for step in self.steps:
            x, more = step(x, condition)
            log_det = log_det + more
        return x, log_det

    def inverse(self, base: torch.Tensor, e: torch.Tensor | None = None) -> torch.Tensor:
        condition, x = self.condition_if_any(e), base
        for step in reversed(self.steps):
            x = step.inverse(x, condition)
        return x

    def log_likelihood(self, latent: torch.Tensor, e: torch.Tensor) -> torch.Tensor:
        """log p(latent | e) in nats, [N] (change of variables; conditional kind only)."""
        noise, log_det = self(latent, e)
        return log_det - 0.5 * (noise.square().sum(1) + SIZE * torch.log(torch.tensor(2 * torch.pi)))


class Prior(nn.Module):
    """A text embedding → the embedding its picture would have on average: a small learned bridge over the gap."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(SIZE, 640), nn.GELU(), nn.Linear(640, SIZE))
        nn.init.zeros_(self.layers[2].weight)
        nn.init.zeros_(self.layers[2].bias)

    def forward(self, text_embeds: torch.Tensor) -> torch.Tensor:
        return F.normalize(text_embeds + self.layers(text_embeds * SIZE**0.5) / SIZE**0.5, dim=-1)
