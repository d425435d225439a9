"""Lets MLServer run one graph of CLIP-Flow Studio with ONNX Runtime."""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor

# It asks the environment once, when it is loaded.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import numpy as np  # noqa: E402
import onnxruntime  # noqa: E402
from mlserver import MLModel, raw  # noqa: E402
from mlserver.types import InferenceResponse, ResponseOutput, TensorData  # noqa: E402
from mlserver.utils import get_model_uri  # noqa: E402

# Two portraits side by side with half of the cores each are sooner done than one after the other with all.
LANES = 2
PROVIDERS = ("CUDAExecutionProvider", "CPUExecutionProvider")

# By itself MLServer makes a Python number of each that is asked or answered, and packs these again, one after the other,
# which takes as long as drawing. Bytes stay bytes where it unpacks and packs by these names.
raw._unpack_tensor = lambda _, content: content
raw._pack_tensor = lambda tensor: tensor.data.root


class Graph(MLModel):
    async def load(self) -> bool:
        self._graph = await get_model_uri(self._settings)
        cores = os.cpu_count() or 1
        self._alone = self._session(cores)
        self._shared = self._session(max(1, cores // LANES))
        self._lanes = ThreadPoolExecutor(LANES)
        self._running = 0
        # The values that mean black and white, of a graph that draws.
        self._pixel_range = (self._settings.parameters.extra or {}).get("pixel_range")
        return True

    def _session(self, threads: int) -> onnxruntime.InferenceSession:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        # What the studio computes with, so that both give the same numbers.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.add_session_config_entry("session.disable_quant_qdq", "1")
        present = onnxruntime.get_available_providers()
        providers = [provider for provider in PROVIDERS if provider in present]
        return onnxruntime.InferenceSession(self._graph, options, providers=providers)

    async def predict(self, payload):
        feeds = {
            tensor.name: np.frombuffer(tensor.data.root, np.float32).reshape(tensor.shape)
            for tensor in payload.inputs
        }
        session = self._shared if self._running else self._alone
        self._running += 1
        try:
            loop = asyncio.get_running_loop()
            outputs = await loop.run_in_executor(self._lanes, self._run, session, feeds)
        finally:
            self._running -= 1
        return InferenceResponse(model_name=self.name, model_version=self.version, outputs=outputs)

    def _run(self, session: onnxruntime.InferenceSession, feeds) -> list:
        names = [output.name for output in session.get_outputs()]
        return [self._answer(*output) for output in zip(names, session.run(None, feeds))]

    def _answer(self, name: str, array: np.ndarray) -> ResponseOutput:
        if self._pixel_range:
            array = to_bytes(array, *self._pixel_range)
        datatype = "UINT8" if array.dtype == np.uint8 else "FP32"
        data = TensorData(root=array.tobytes())
        return ResponseOutput(name=name, shape=list(array.shape), datatype=datatype, data=data)


def to_bytes(planes: np.ndarray, black: float, white: float) -> np.ndarray:
    """As the studio makes pixels of numbers: half to even, and clamped."""
    if not np.isfinite(planes).all():
        raise ValueError("The picture holds what is no number.")
    steps = (planes.astype(np.float64) - black) * (255 / (white - black))
    return np.rint(np.clip(steps, 0, 255)).astype(np.uint8)
