"""Pictures of a data set ahead of their use, side by side, and how sharp they are."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from data.portraits import Portraits


def batches(data: Portraits, drawn: Iterator[np.ndarray]) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Batches of indices and their pictures, read ahead by a thread that ends with the generator."""

    def load() -> tuple[torch.Tensor, torch.Tensor]:
        chosen = next(drawn)
        return torch.from_numpy(chosen), data.images(chosen)

    with ThreadPoolExecutor(1) as loader:
        ahead = deque(loader.submit(load) for _ in range(4))
        while True:
            ahead.append(loader.submit(load))
            yield ahead.popleft().result()


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
