/**
 * The engine's process, seen from Electron's main process.
 *
 * The engine runs in a plain Node 24 that ships beside the app, and neither in Electron's utility
 * process nor in a child with ELECTRON_RUN_AS_NODE. Both of those are Electron's own binary, which on
 * Linux is linked to the system's GLib; libvips, which sharp brings, holds a GLib of its own, and two
 * in one process crash at the first picture (lovell/sharp#4525, electron/electron#46323). A plain Node
 * also leaves the `runAsNode` fuse off, and the engine runs on exactly what the command line and the
 * tests run on. The price is some 120 MB on disk.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { printable } from '../contract/printable.ts';
import { studioMethods, type StudioService } from '../contract/service.ts';
import { createClient } from '../rpc/client.ts';
import { processPort } from '../rpc/process-port.ts';

export interface EngineCommand {
  /** The Node binary. */
  node: string;
  /** The entry, hosts/desktop/engine.ts. */
  entry: string;
  args: string[];
  /** Folder in which Node keeps what it has compiled; where there is none it compiles at every start. */
  compiled: string | undefined;
}

/** As `hosts/node24.mjs` starts an engine, which says why. */
const NODE_FLAGS = [
  '--disable-warning=ExperimentalWarning',
  ...['--initial-old-space-size=64', '--max-semi-space-size=4', '--optimize-for-size'],
];

/** One running engine; started with the first request for it, and again after it ended. */
export class Engine {
  readonly #command: EngineCommand;
  readonly #events = new EventEmitter();
  #running: { child: ChildProcess; service: StudioService } | undefined;

  constructor(command: EngineCommand) {
    this.#command = command;
  }

  /** The service of the running engine. When the process ends its calls reject with `disconnected`. */
  get service(): StudioService {
    this.#running ??= this.#start();
    return this.#running.service;
  }

  /** Calls `listener` once when the engine has ended. The result calls that off. */
  onceEnded(listener: () => void): () => void {
    this.#events.once('ended', listener);
    return () => this.#events.off('ended', listener);
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Lets go of the engine, which then finishes what it is writing and ends by itself; waits until it has. */
  async close(): Promise<void> {
    if (!this.#running) return;
    const ended = once(this.#events, 'ended');
    if (this.#running.child.connected) this.#running.child.disconnect();
    await ended;
  }

  #start(): { child: ChildProcess; service: StudioService } {
    const { node, entry, args, compiled } = this.#command;
    // Not fork(): Electron's would set ELECTRON_RUN_AS_NODE.
    const child = spawn(node, [...NODE_FLAGS, entry, ...args], {
      env: { ...plainEnvironment(), NODE_COMPILE_CACHE: compiled },
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      windowsHide: true,
    });
    const end = () => {
      this.#running = undefined;
      this.#events.emit('ended');
    };
    child.once('exit', end);
    // A binary that cannot be run at all has no exit.
    child.once('error', (error) => {
      console.error(printable(error.message));
      if (child.pid === undefined) end();
    });
    return { child, service: createClient(studioMethods, processPort(child)) };
  }
}

/** The environment without what would load other code into the engine. */
function plainEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, NODE_OPTIONS: undefined, NODE_PATH: undefined };
}
