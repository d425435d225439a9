"""Pictures side by side, and how sharp they are."""

from pathlib import Path

import torch
from PIL import Image


def gradients(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Differences of neighbouring pixels, down and across."""
    return x[..., 1:, :] - x[..., :-1, :], x[..., 1:] - x[..., :-1]


def save_sheet(pictures: torch.Tensor, path: Path, columns: int = 16) -> None:
    """Writes pictures [N, 3, H, W] in [-1, 1] as one, row by row."""
    n, _, height, width = pictures.shape
    rows = -(-n // columns)
    sheet = torch.ones(3, rows * height, columns * width)
    for index, picture in enumerate(pictures):
        row, column = divmod(index, columns)
        sheet[:, row * height : (row + 1) * height, column * width : (column + 1) * width] = picture
    pixels = ((sheet.clamp(-1, 1) + 1) * 127.5).round().byte().permute(1, 2, 0).numpy()
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, quality=35)
