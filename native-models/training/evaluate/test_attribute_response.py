import pytest
import torch

from evaluate.attribute_response import effects, response


def test_the_response_tells_what_is_drawn_from_what_is_not():
    renders = torch.randn(3, 50)
    assert response(renders, renders) == pytest.approx(1)
    assert response(0.25 * renders + 7, renders) == pytest.approx(0.25)
    assert abs(response(torch.ones(3, 50), renders)) < 1e-6
    portraits = torch.eye(3).repeat(20, 1)
    assert response(effects(portraits, portraits @ renders), renders) == pytest.approx(1, abs=0.1)
