/** A runtime that runs graphs: ONNX Runtime in this process, or another in a Python process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import * as ort from '../../../electron/engine/inference/onnx-runtime.ts';
import { sessionOptions } from '../../../electron/engine/inference/sessions.ts';
import type { Feeds } from '../cases.ts';

export interface Peer {
  readonly name: string;
  /** @returns how many multiplications and additions a run takes, where the runtime tells */
  load(graph: string, feeds: Feeds): Promise<number | null>;
  /** Milliseconds of a run. */
  run(): Promise<number>;
  /** What a run gives as its first output. */
  output(): Promise<Float32Array>;
  close(): void;
}

export class OnnxRuntime implements Peer {
  readonly name = 'ONNX Runtime';
  readonly #threads: number;
  #session: ort.InferenceSession | undefined;
  #inputs: Record<string, ort.Tensor> = {};
  #outputs: ort.InferenceSession.ReturnType | undefined;

  constructor(threads: number) {
    this.#threads = threads;
  }

  async load(graph: string, feeds: Feeds): Promise<null> {
    await this.#session?.release();
    this.#outputs = undefined;
    const options = sessionOptions('cpu', { threads: this.#threads });
    this.#session = await ort.InferenceSession.create(graph, options);
    this.#inputs = Object.fromEntries(
      Object.entries(feeds).map(([name, { data, dims }]) => [
        name,
        new ort.Tensor('float32', data, dims),
      ]),
    );
    return null;
  }

  async run(): Promise<number> {
    const startedAt = performance.now();
    // Over what the last run gave, as the studio does.
    this.#outputs = await (this.#outputs
      ? this.#session?.run(this.#inputs, this.#outputs)
      : this.#session?.run(this.#inputs));
    return performance.now() - startedAt;
  }

  async output(): Promise<Float32Array> {
    await this.run();
    const [first] = Object.values(this.#outputs ?? {});
    if (first?.data instanceof Float32Array) return first.data;
    throw new Error('It gave no float32 numbers.');
  }

  close(): void {
    void this.#session?.release();
  }
}

const replySchema = z.union([
  z.object({ error: z.string() }),
  z.object({ operations: z.number().nullable() }),
  z.object({ ms: z.number() }),
]);
type Reply = z.infer<typeof replySchema>;

/** peer.py, which answers each line with a line. */
export class PythonPeer implements Peer {
  readonly name: string;
  readonly #process: ChildProcess;
  readonly #replies: AsyncIterator<string>;
  readonly #scratch: string;

  /** @param scratch folder for what a run gives */
  constructor(name: string, { python, runtime, threads, scratch }: PythonPeerOptions) {
    this.name = name;
    this.#scratch = path.join(scratch, `${runtime}.f32`);
    this.#process = spawn(
      python,
      [path.join(import.meta.dirname, 'peer.py'), runtime, String(threads)],
      {
        stdio: ['pipe', 'pipe', 'inherit'],
        // Threads of OpenMP that wait by spinning take the cores from whatever else runs.
        env: { ...process.env, OMP_WAIT_POLICY: 'passive' },
      },
    );
    const { stdout } = this.#process;
    if (!stdout) throw new Error('It has no output.');
    this.#replies = createInterface(stdout)[Symbol.asyncIterator]();
  }

  async load(graph: string, feeds: Feeds): Promise<number | null> {
    const files = Object.entries(feeds).map(([name, { dims, file }]) => [name, { dims, file }]);
    const reply = await this.#ask({ kind: 'load', graph, feeds: Object.fromEntries(files) });
    return 'operations' in reply ? reply.operations : null;
  }

  async run(): Promise<number> {
    const reply = await this.#ask({ kind: 'run' });
    return 'ms' in reply ? reply.ms : NaN;
  }

  async output(): Promise<Float32Array> {
    await this.#ask({ kind: 'run', output: this.#scratch });
    const { buffer, byteOffset, length } = readFileSync(this.#scratch);
    return new Float32Array(buffer.slice(byteOffset, byteOffset + length));
  }

  close(): void {
    this.#process.stdin?.end();
  }

  /** @throws Error with what the runtime said */
  async #ask(request: object): Promise<Reply> {
    this.#process.stdin?.write(`${JSON.stringify(request)}\n`);
    const { done, value } = await this.#replies.next();
    if (done) throw new Error('its process ended');
    const reply = replySchema.parse(JSON.parse(value));
    if ('error' in reply) throw new Error(reply.error);
    return reply;
  }
}

interface PythonPeerOptions {
  readonly python: string;
  readonly runtime: 'openvino' | 'torch';
  readonly threads: number;
  readonly scratch: string;
}
