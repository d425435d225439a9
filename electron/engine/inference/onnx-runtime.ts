/**
 * ONNX Runtime, without what it would tell its makers. Everything of ours that loads it, tests and benchmarks
 * included, gets it from here; a lint rule sees to that.
 */
// First: ONNX Runtime asks the environment once, when it is loaded.
import './without-telemetry.ts';
export * from 'onnxruntime-node';
