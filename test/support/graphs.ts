import { fileURLToPath } from 'node:url';

/** A graph that computes for as long as `steps` asks. */
export const SPIN_GRAPH = fileURLToPath(new URL('../fixtures/spin.onnx', import.meta.url));
