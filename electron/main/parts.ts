import { app } from 'electron';
import path from 'node:path';
import type { EngineCommand } from './engine.ts';

export interface Parts {
  renderer: string;
  preload: string;
  engine: EngineCommand;
}

/**
 * Where the parts of the app lie. A packed app has its pages in `app.asar`, the engine beside it as
 * files (plain Node cannot look into an archive), and Node and the packs among its resources. From a
 * checkout `npm start` names the Node it runs on itself.
 */
export function findParts(): Parts {
  const root = app.getAppPath();
  const engineRoot = root.replace(/\.asar$/, '.asar.unpacked');
  const packedNode = path.join(
    process.resourcesPath,
    process.platform === 'win32' ? 'node.exe' : 'node',
  );
  const packs = path.join(app.isPackaged ? process.resourcesPath : root, 'native-models');
  return {
    renderer: path.join(root, 'dist/renderer'),
    preload: path.join(root, 'dist/preload/preload.cjs'),
    engine: {
      node: app.isPackaged ? packedNode : (process.env['CLIP_FLOW_NODE'] ?? 'node'),
      entry: path.join(engineRoot, 'electron/hosts/desktop/engine.ts'),
      args: [packs],
    },
  };
}
