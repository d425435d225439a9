import { cpus } from 'node:os';
import { createRequire } from 'node:module';

const { version } = createRequire(import.meta.url)('onnxruntime-node/package.json');

/** What computes graphs: another may compute other numbers, and lay them out otherwise. */
export const RUNTIME: readonly string[] = [
  ...[String(version), process.version, process.platform, process.arch],
  cpus()[0]?.model ?? '',
];
