"""Pairs of an embedding and a latent: what the flow and the mapping network's inverse learn from."""

import torch

from common.setup import unit
from models.sampler import AttributeSampler

#: How clearly a portrait's z wins each of its choices: what the flow blurs still draws that portrait.
MARGIN = 1.0


def infer_latents(sampler: AttributeSampler, pairs: dict, chosen: torch.Tensor) -> torch.Tensor:
    """z [n, 512] of the chosen portraits of pairs.pt, another at every call."""
    given = (pairs[key][chosen] for key in ("known", "named", "persona", "choices"))
    return sampler.infer(*given, MARGIN)


def draw_embeddings(pairs: dict, chosen: torch.Tensor, vague_share: float, noise: tuple[float, float]) -> torch.Tensor:
    """Embeddings [n, 512] to look at the chosen portraits under: exact or vague, and never quite certain."""
    version = torch.randint(pairs["vague"].shape[1], chosen.shape)
    is_vague = torch.rand(len(chosen), 1) < vague_share
    return noisy(torch.where(is_vague, pairs["vague"][chosen, version].float(), pairs["e"][chosen]), *noise)


def noisy(e: torch.Tensor, least: float, most: float) -> torch.Tensor:
    """e moved by a random direction of random length, back on the sphere: as uncertain as words are."""
    length = least + (most - least) * torch.rand(e.shape[0], 1)
    return unit(e + length * unit(torch.randn_like(e)))
