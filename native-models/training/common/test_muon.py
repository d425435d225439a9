import torch

from common.muon import orthogonalise


def test_orthogonalise_brings_singular_values_near_one():
    for shape in ((32, 200), (200, 32)):
        values = torch.linalg.svdvals(orthogonalise(torch.randn(shape)))
        assert 0.5 < values.min() and values.max() < 1.5
