from pathlib import Path

import numpy as np
import torch

from data.cross_style import CrossStyle
from data.portraits import Portraits
from models.generator import RESOLUTION
from models.pairs import MARGIN
from models.sampler import W_SIZE, AttributeSampler, exact_gumbel, gumbel_from_normal


def test_sampler_draws_what_the_renderer_draws(data: Path):
    portraits = Portraits(data, RESOLUTION)
    plain = portraits.a[torch.from_numpy(portraits.kind == "plain")]
    drawn = AttributeSampler(portraits.attributes)(torch.randn(3000, W_SIZE))
    assert drawn.shape[1] == portraits.attributes.size
    # A share or colour that is never drawn has no spread: hence the least error.
    error = (plain.var(0) / len(plain) + drawn.var(0) / len(drawn)).sqrt() + 1e-3
    assert ((plain.mean(0) - drawn.mean(0)).abs() / error).max() < 5


def test_gumbel_numbers_keep_their_digits():
    z = torch.linspace(-4.7, 4.7, 4001)
    exact = torch.tensor([exact_gumbel(x) for x in z.double().tolist()], dtype=torch.float64)
    assert (gumbel_from_normal(z).double() - exact).abs().max() < 1e-5
    assert torch.equal(gumbel_from_normal(torch.tensor([9.0, -9.0])), gumbel_from_normal(torch.tensor([4.75, -4.75])))


def test_inferred_noise_draws_the_portrait_it_was_inferred_from(data: Path):
    portraits = Portraits(data, RESOLUTION)
    plain = torch.from_numpy(portraits.kind == "plain")
    sampler = AttributeSampler(portraits.attributes)
    cross_style = CrossStyle(portraits.attributes, 0)
    choices = np.stack([cross_style.choices_of(r["a"]) for r in portraits.records if r["kind"] == "plain"])
    given = (portraits.a[plain], portraits.named[plain], portraits.persona[plain], torch.from_numpy(choices))
    for margin in (0.0, MARGIN):
        z = sampler.infer(*given, margin)
        assert (sampler(z) - given[0]).abs().max() < 1e-5
    # With no margin and its own choices alone it is a draw from the posterior, and the posteriors of portraits drawn at
    # random average to the prior.
    styles = list(portraits.attributes.slices)
    own = np.array([[style == r["a"]["style"] for style, _ in styles] for r in portraits.records if r["kind"] == "plain"])
    z = sampler.infer(*given[:3], torch.from_numpy(np.where(own, choices, -1)))
    assert z.mean(0).abs().max() < 0.15 and (z.std(0) - 1).abs().max() < 0.15
