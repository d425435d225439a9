"""Runs graphs for test/bench/peers.ts in one runtime: `peer.py openvino|torch THREADS`. Requests and replies are lines of JSON."""

import json
import sys
import time
from pathlib import Path

import numpy as np


class OpenVino:
    def __init__(self, threads: int):
        import openvino

        self.core = openvino.Core()
        self.settings = {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY"}

    def load(self, graph: Path, feeds: dict[str, np.ndarray]) -> int | None:
        model = self.core.read_model(graph)
        model.reshape({name: list(data.shape) for name, data in feeds.items()})
        self.request = self.core.compile_model(model, "CPU", self.settings).create_infer_request()
        self.feeds = feeds
        return None

    def run(self) -> np.ndarray:
        self.request.infer(self.feeds)
        return self.request.get_output_tensor(0).data


class Torch:
    def __init__(self, threads: int):
        import torch

        torch.set_num_threads(threads)
        torch.inference_mode().__enter__()
        self.torch = torch

    def load(self, graph: Path, feeds: dict[str, np.ndarray]) -> int | None:
        from torch_graph import TorchGraph

        self.feeds = {name: self.torch.from_numpy(data) for name, data in feeds.items()}
        self.graph = TorchGraph(graph, self.feeds)
        return self.graph.operations

    def run(self) -> np.ndarray:
        return self.graph.run(self.feeds)[0].numpy()


def tensor(feed: dict) -> np.ndarray:
    return np.fromfile(feed["file"], "<f4").reshape(feed["dims"])


def answer(peer: OpenVino | Torch, request: dict) -> dict:
    if request["kind"] == "load":
        return {"operations": peer.load(Path(request["graph"]), {name: tensor(feed) for name, feed in request["feeds"].items()})}
    started = time.perf_counter()
    output = peer.run()
    ms = (time.perf_counter() - started) * 1_000
    if "output" in request:
        output.astype("<f4").tofile(request["output"])
    return {"ms": ms}


def main() -> None:
    peer = {"openvino": OpenVino, "torch": Torch}[sys.argv[1]](int(sys.argv[2]))
    for line in sys.stdin:
        try:
            reply = answer(peer, json.loads(line))
        except Exception as error:
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main()
