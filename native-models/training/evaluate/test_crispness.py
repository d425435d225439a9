import pytest
import torch
import torch.nn.functional as F

from evaluate.crispness import edge_widths, high_frequency_energy, psnr


def shape() -> torch.Tensor:
    """A hard white square on black, [1, 3, 64, 64]."""
    picture = -torch.ones(1, 3, 64, 64)
    picture[:, :, 16:48, 16:48] = 1
    return picture


def blurred(picture: torch.Tensor, width: int) -> torch.Tensor:
    return F.avg_pool2d(F.pad(picture, (width // 2,) * 4, mode="replicate"), width, 1)


def test_an_edge_is_as_wide_as_it_is_blurred():
    assert edge_widths(shape()).item() == 1
    for width in (3, 5):
        assert edge_widths(blurred(shape(), width)).item() == pytest.approx(width, rel=0.05)


def test_a_thin_line_is_crisp_and_an_empty_picture_has_no_edges():
    line = -torch.ones(1, 3, 64, 64)
    line[..., 30:32] = 1
    assert edge_widths(line).item() == 1
    assert edge_widths(torch.zeros(1, 3, 64, 64)).isnan().all()


def test_blur_takes_high_frequencies_and_nearness():
    sharp, soft = shape(), blurred(shape(), 3)
    assert high_frequency_energy(soft) < 0.3 * high_frequency_energy(sharp)
    assert psnr(soft, sharp) < psnr(sharp + 0.01, sharp)
    assert psnr(sharp + 0.2, sharp).item() == pytest.approx(20, abs=0.01)
