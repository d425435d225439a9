"""Lets MLServer run one graph of CLIP-Flow Studio with ONNX Runtime."""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor

# It asks the environment once, when it is loaded.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import numpy as np  # noqa: E402
import onnxruntime  # noqa: E402
from mlserver import MLModel  # noqa: E402
from mlserver.codecs import NumpyCodec  # noqa: E402
from mlserver.types import InferenceResponse  # noqa: E402
from mlserver.utils import get_model_uri  # noqa: E402

# Two portraits side by side with half of the cores each are sooner done than one after the other with all.
LANES = 2
PROVIDERS = ("CUDAExecutionProvider", "CPUExecutionProvider")


class Graph(MLModel):
    async def load(self) -> bool:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = max(1, (os.cpu_count() or 1) // LANES)
        options.log_severity_level = 3
        # What the studio computes with, so that both give the same numbers.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.add_session_config_entry("session.disable_quant_qdq", "1")
        present = onnxruntime.get_available_providers()
        providers = [provider for provider in PROVIDERS if provider in present]
        graph = await get_model_uri(self._settings)
        self._session = onnxruntime.InferenceSession(graph, options, providers=providers)
        self._lanes = ThreadPoolExecutor(LANES)
        return True

    async def predict(self, payload):
        feeds = {
            tensor.name: np.array(tensor.data.root, dtype=np.float32).reshape(tensor.shape)
            for tensor in payload.inputs
        }
        loop = asyncio.get_running_loop()
        arrays = await loop.run_in_executor(self._lanes, self._session.run, None, feeds)
        names = [output.name for output in self._session.get_outputs()]
        return InferenceResponse(
            model_name=self.name,
            model_version=self.version,
            outputs=[NumpyCodec.encode_output(*output) for output in zip(names, arrays)],
        )
