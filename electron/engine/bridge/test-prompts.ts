import { mkdir } from 'node:fs/promises';
import type { BridgeEvent } from '../../contract/bridge.ts';
import type { Bank } from '../flow/bank.ts';
import { createFlow, type Flow } from '../flow/flow.ts';
import type { Inference } from '../inference/inference.ts';
import { resultAt } from '../inference/results.ts';
import { PRIVATE_FOLDER } from '../storage/make-folder.ts';
import { remove } from '../storage/remove.ts';
import { LearntFlowFolder } from './flow-folder.ts';
import { DEFAULTS } from './assemble-pack.ts';
import type { BridgeModels } from './load-models.ts';
import { bestFlow, type TrainedFlow } from './trainer.ts';

/** No sooner after the last ones, */
const EVERY_MS = 20_000;
/** and then so many times as long as those took: what they cost is about a tenth of learning. */
const REST = 10;

export interface TestPromptsParts extends BridgeModels {
  readonly prompts: readonly string[];
  readonly bank: Bank;
  readonly inference: Inference;
  /** Of what is learnt. */
  readonly training: string;
  /** Of graphs, for as long as they are drawn with. */
  readonly scratch: string;
  readonly onEvent: (event: BridgeEvent) => void;
}

/** Draws the test prompts with the best flow so far, beside learning, now and then. */
export class TestPrompts {
  readonly #parts: TestPromptsParts;
  readonly #stop = new AbortController();
  #drawing: Promise<void> | undefined;
  #nextAt = 0;
  #lastStep = 0;
  #neighbours: readonly Float32Array[] | undefined;

  constructor(parts: TestPromptsParts) {
    this.#parts = parts;
  }

  /** To be called when there may be a better flow. */
  offer(): void {
    if (this.#drawing || performance.now() < this.#nextAt) return;
    this.#drawing = this.#draw()
      // Learning does not end for it, and the next look draws anew.
      .catch(() => undefined)
      .finally(() => (this.#drawing = undefined));
  }

  /** Draws no more. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#drawing;
    await remove(this.#parts.scratch);
  }

  async #draw(): Promise<void> {
    const { prompts, training, onEvent } = this.#parts;
    if (prompts.length === 0) return;
    const startedAt = performance.now();
    const trained = await bestFlow(training);
    if (trained && trained.step !== this.#lastStep) {
      const frames = await this.#frames(trained);
      const samples = prompts.map((prompt, i) => ({ prompt, frame: resultAt(frames, i) }));
      onEvent({ kind: 'samples', step: trained.step, samples });
      this.#lastStep = trained.step;
    }
    const endedAt = performance.now();
    this.#nextAt = Math.max(startedAt + EVERY_MS, endedAt + REST * (endedAt - startedAt));
  }

  async #frames(trained: TrainedFlow) {
    const { inference, generator, scratch } = this.#parts;
    const options = { signal: this.#stop.signal, priority: 'idle' } as const;
    await remove(scratch);
    await mkdir(scratch, PRIVATE_FOLDER);
    const folder = await LearntFlowFolder.write(scratch, trained, options.signal);
    try {
      const flow = createFlow(folder, inference, generator.space);
      const latents = await flow.decode(await this.#conditions(flow), options);
      const pictures = await generator.synthesise(latents, { ...options, quality: 'preview' });
      return pictures.map(({ width, height, data }) => ({ width, height, pixels: data }));
    } finally {
      await inference.release(folder.graphs).catch(() => undefined);
    }
  }

  /** Of each prompt the picture of the bank that fits it best, and noise that stays the same. */
  async #conditions(flow: Flow) {
    this.#neighbours ??= await this.#findNeighbours();
    return this.#neighbours.map((e, seed) => ({ z: flow.noise(seed, DEFAULTS.temperature), e }));
  }

  async #findNeighbours(): Promise<Float32Array[]> {
    const { prompts, clip, bank } = this.#parts;
    const found: Float32Array[] = [];
    for (const prompt of prompts) {
      const { raw } = await clip.embedPrompt(prompt, 'none', { priority: 'idle' });
      const [best = 0] = bank.neighbours({ kind: 'text', embedding: raw }, 0, 1);
      found.push(bank.embedding(best));
    }
    return found;
  }
}
