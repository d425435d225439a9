"""One training process a core, their gradients averaged.

Two processes of one thread get through about a third more pictures than one process of two threads, and they do not
collapse when another job shares the cores, since they wait for each other asleep.
"""

import argparse
import os
import tempfile
from collections.abc import Callable

import torch
import torch.distributed as distributed


def process_count() -> int:
    return distributed.get_world_size() if distributed.is_initialized() else 1


def is_first() -> bool:
    return not distributed.is_initialized() or distributed.get_rank() == 0


def first_of_all(value: float) -> float:
    """The first process's value, in all of them."""
    if process_count() == 1:
        return value
    shared = torch.tensor([value], dtype=torch.float64)
    distributed.broadcast(shared, src=0)
    return shared.item()


@torch.no_grad()
def average_gradients(module: torch.nn.Module) -> None:
    if process_count() == 1:
        return
    gradients = [p.grad for p in module.parameters() if p.grad is not None]
    flat = torch.cat([gradient.flatten() for gradient in gradients])
    distributed.all_reduce(flat)
    flat /= process_count()
    for gradient, mean in zip(gradients, flat.split([gradient.numel() for gradient in gradients])):
        gradient.copy_(mean.view_as(gradient))


def _run(rank: int, count: int, rendezvous: str, train: Callable, options: argparse.Namespace) -> None:
    torch.set_num_threads(1)
    distributed.init_process_group("gloo", init_method=f"file://{rendezvous}", rank=rank, world_size=count)
    train(options)
    distributed.barrier()
    distributed.destroy_process_group()


def run_on_all_cores(train: Callable[[argparse.Namespace], None], options: argparse.Namespace) -> None:
    """Calls `train(options)` in one process a core; all start from the same seed, so from the same weights."""
    count = len(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as folder:
        # Forked, so that each has the settings that options have changed; nothing has been computed before.
        torch.multiprocessing.start_processes(
            _run, (count, os.path.join(folder, "rendezvous"), train, options), nprocs=count, start_method="fork"
        )
