from pathlib import Path

import numpy as np
import pytest
import torch

from data.portraits import Portraits
from models.counterfactuals import OptionResponse
from models.generator import RESOLUTION
from models.regression import counterfactual_weights


def test_pairs_differ_in_one_option_and_weigh_where_it_shows(counterfactuals: Path):
    portraits = Portraits(counterfactuals, RESOLUTION)
    for one, other in zip(portraits.records[::2], portraits.records[1::2]):
        a, b = one["a"], other["a"]
        assert sum(a["options"][group] != b["options"][group] for group in a["options"]) == 1
        assert a["style"] == b["style"] and a["colours"] == b["colours"]
    pictures = portraits.images(np.arange(portraits.count))
    weights = counterfactual_weights(pictures)
    assert torch.equal(weights[::2], weights[1::2])
    alike = (pictures[::2] == pictures[1::2]).all(1)
    far_from_any_difference = torch.nn.functional.avg_pool2d(alike.float()[:, None], 5, 1, 2) > 0.999
    assert weights[::2][far_from_any_difference].abs().max() == 0
    seen = ~alike.flatten(1).all(1)
    assert seen.float().mean() > 0.9
    means = weights[::2][seen].mean((1, 2, 3))
    assert means.min() > 0 and means.max() < 1.001 and means.median() > 0.5
    assert counterfactual_weights(pictures[:1].repeat(2, 1, 1, 1)).abs().max() == 0


def test_options_that_are_not_drawn_are_shown_more_often(counterfactuals: Path):
    portraits = Portraits(counterfactuals, RESOLUTION)
    responses = OptionResponse(portraits)
    silent = int(responses.options.flatten().bincount().argmax())
    responses.response[:] = 1
    responses.response[silent] = 0
    indices = next(responses.indices(16, seed=0))
    assert (indices[1::2] == indices[::2] + 1).all()
    assert (responses.options[torch.from_numpy(indices[::2] // 2)] == silent).any(1).all()


def test_what_is_drawn_of_an_option_is_measured(counterfactuals: Path):
    portraits = Portraits(counterfactuals, 64)
    indices = torch.arange(portraits.count)
    target = portraits.images(indices)
    differ = (target[::2] != target[1::2]).flatten(1).any(1)
    for drawn, share in ((target, 1.0), (torch.zeros_like(target), 0.0)):
        responses = OptionResponse(portraits)
        responses.response[:] = 0.5
        for _ in range(50):
            responses.update(indices, drawn, target)
        for option in responses.options[differ].unique():
            assert responses.response[option].item() == pytest.approx(share, abs=0.01)
