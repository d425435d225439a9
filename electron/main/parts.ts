import { app } from 'electron';
import path from 'node:path';
import type { EngineCommand } from './engine.ts';

const ENGINE_ENTRY = 'electron/hosts/desktop/engine.ts';

export interface Parts {
  /** Folder of the built renderer. */
  renderer: string;
  preload: string;
  engine: EngineCommand;
}

/** Where the parts of the app lie. */
export function findParts(): Parts {
  const root = app.getAppPath();
  return {
    renderer: path.join(root, 'dist/renderer'),
    preload: path.join(root, 'dist/preload/preload.cjs'),
    engine: app.isPackaged ? packedEngine(root) : engineOfCheckout(root),
  };
}

/** In a packed app: files beside the archive, which plain Node cannot look into; Node as a resource. */
function packedEngine(archive: string): EngineCommand {
  const binary = process.platform === 'win32' ? 'node.exe' : 'node';
  return {
    node: path.join(process.resourcesPath, 'node', binary),
    entry: path.join(`${archive}.unpacked`, ENGINE_ENTRY),
    args: [path.join(process.resourcesPath, 'native-models')],
    compiled: path.join(app.getPath('userData'), 'compiled'),
  };
}

/** From a checkout: the Node that `npm start` runs on and names here. */
function engineOfCheckout(root: string): EngineCommand {
  return {
    node: process.env['CLIP_FLOW_NODE'] ?? 'node',
    entry: path.join(root, ENGINE_ENTRY),
    args: [path.join(root, 'native-models')],
    compiled: process.env['NODE_COMPILE_CACHE'],
  };
}
