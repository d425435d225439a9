"""ONNX Runtime without the telemetry that its builds for Linux and macOS send. Import it from here."""

import os

# It asks the environment once, when it is loaded.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import onnxruntime  # noqa: E402

__all__ = ["onnxruntime"]
