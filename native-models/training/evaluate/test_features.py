import torch

from evaluate.features import RandomFeatures, frechet_from_real, frechet_within


def test_features_tell_where_something_is():
    corner = torch.full((1, 3, 128, 128), -1.0)
    corner[..., 16:48, 16:48] = 1
    here, elsewhere, missing = RandomFeatures()(torch.cat([corner, corner.flip(2, 3), torch.full_like(corner, -1)]))
    assert (here - elsewhere).norm() > 0.3 * (here - missing).norm()


def test_real_pictures_are_as_near_to_themselves_as_chance_has_it():
    real = torch.randn(2000, 8)
    assert frechet_within(real) < 0.1 < frechet_from_real(torch.randn(1000, 8) + 1, real)
