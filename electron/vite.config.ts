import { builtinModules } from 'node:module';
import { defineConfig } from 'vite';

const BUILTINS = ['electron', ...builtinModules, /^node:/];

/**
 * Bundles the parts that run inside Electron: `--mode main` the main process, `--mode preload` the
 * preload, which a sandboxed page can only load as one CommonJS file. The engine is not bundled: it
 * runs from its sources in a process of plain Node.
 */
export default defineConfig(({ mode }) => {
  const isPreload = mode === 'preload';
  return {
    root: import.meta.dirname,
    publicDir: false,
    build: {
      ssr: isPreload ? 'preload/preload.ts' : 'main/main.ts',
      outDir: isPreload ? '../dist/preload' : '../dist/main',
      emptyOutDir: true,
      target: 'node24',
      rolldownOptions: {
        external: BUILTINS,
        output: isPreload
          ? { format: 'cjs', entryFileNames: 'preload.cjs' }
          : { format: 'es', entryFileNames: 'main.js' },
      },
    },
    // Nothing of node_modules is in the archive that main.js lies in.
    ssr: { noExternal: true },
  };
});
