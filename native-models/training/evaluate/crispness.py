"""How crisp drawn pictures are, beside renders of the same portraits."""

import torch
import torch.nn.functional as F

from data.portraits import Portraits
from evaluate.graphs import BATCH, Graphs, known_latents

#: Pixels on either side of an edge among which its whole step is looked for.
REACH = 6
#: The least difference of neighbouring pixels, of 2, that is taken for an edge.
LEAST_SLOPE = 0.15


def edge_widths(pictures: torch.Tensor) -> torch.Tensor:
    """Median width in pixels of the edges of pictures [N, 3, H, W] in [-1, 1]: the whole step of an edge by its steepest slope,
    so that the edge of a hard shape is 1 wide. [N], NaN where a picture has no edges."""
    grey = pictures.mean(1)
    both = [_widths_across(lines) for lines in (grey, grey.transpose(1, 2))]
    return torch.stack([torch.cat([across[n] for across in both]).nanmedian() for n in range(len(grey))])


def _widths_across(lines: torch.Tensor) -> torch.Tensor:
    """Widths [N, H · (W - 1)] of the edges between neighbours in lines [N, H, W]; NaN where there is none."""
    slope = (lines[..., 1:] - lines[..., :-1]).abs()
    window = 2 * REACH + 1
    is_steepest = slope == F.max_pool1d(slope, window, 1, REACH)
    highest = F.max_pool1d(lines, window + 1, 1, REACH)
    lowest = -F.max_pool1d(-lines, window + 1, 1, REACH)
    widths = torch.where(is_steepest & (slope > LEAST_SLOPE), (highest - lowest) / slope, torch.nan)
    return widths.flatten(1)


def high_frequency_energy(pictures: torch.Tensor) -> torch.Tensor:
    """Mean square of what a mean over 3 × 3 pixels takes from pictures [N, 3, H, W]: [N]."""
    fine = pictures - F.avg_pool2d(pictures, 3, 1, 1, count_include_pad=False)
    return fine.square().mean((1, 2, 3))


def psnr(drawn: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
    """In dB, of pictures [N, 3, H, W] in [-1, 1]: [N]."""
    return 10 * torch.log10(4 / (drawn - real).square().mean((1, 2, 3)))


def crispness(graphs: Graphs, test: Portraits, count: int) -> dict[str, float]:
    """Of the first portraits of a data set, drawn as large as the data set shows them: medians of edge width and energy as
    multiples of the renders', and of the PSNR to these, in dB."""
    (w,) = graphs.run("mapping", z=known_latents(test, count))
    rows = []
    for start in range(0, count, BATCH):
        part = w[start : start + BATCH]
        drawn = graphs.draw_whole(part)
        real = test.images(range(start, start + len(part)))
        measured = [(edge_widths(pictures), high_frequency_energy(pictures)) for pictures in (drawn, real)]
        rows.append(torch.stack([*measured[0], *measured[1], psnr(drawn, real)], 1))
    width, energy, real_width, real_energy, near = torch.cat(rows).nanmedian(0).values.tolist()
    return {"pictures": count, "edgeWidth": width / real_width, "highFrequency": energy / real_energy, "psnr": near}
