import pytest
import torch

from models import flow
from models.flow import SIZE, ActNorm, Flow


@pytest.mark.parametrize("conditional", [True, False])
def test_flow_inverts_and_its_log_determinant_is_the_jacobians(conditional: bool, monkeypatch):
    monkeypatch.setattr(flow, "SIZE", 6)
    monkeypatch.setattr(flow, "CONDITION", 4)
    monkeypatch.setattr(flow, "CONDITION_HIDDEN", 4)
    torch.manual_seed(0)
    made = Flow(conditional, seed=1).double()
    for parameter in made.parameters():
        parameter.data += 0.1 * torch.randn_like(parameter)
    x, e = torch.randn(64, 6).double(), torch.randn(64, 6).double()
    made(x, e)
    made.eval()
    z, log_det = made(x, e)
    assert (made.inverse(z, e) - x).abs().max() < 1e-9
    for n in range(3):
        jacobian = torch.autograd.functional.jacobian(lambda row: made(row[None], e[n : n + 1])[0][0], x[n])
        assert abs(torch.linalg.slogdet(jacobian)[1] - log_det[n]) < 1e-9


def test_actnorm_is_set_by_the_first_batch_only():
    norm = ActNorm()
    assert norm.state_dict()["is_set"].item() is False
    first = 3 + 2 * torch.randn(256, SIZE)
    y, _ = norm(first)
    assert y.mean(0).abs().max() < 1e-4 and (y.std(0, unbiased=False) - 1).abs().max() < 1e-3
    before = norm.bias.clone()
    norm(first + 5)
    assert torch.equal(before, norm.bias)
    assert norm.state_dict()["is_set"].item() is True
