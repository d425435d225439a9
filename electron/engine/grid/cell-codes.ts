import { type Cell, type CellStart, editsOf, startOf } from '../../contract/grid.ts';
import type { NoisyLatent } from '../draw/by-noise.ts';
import type { CallOptions } from '../inference/inference.ts';
import { resultAt } from '../inference/results.ts';
import { shared } from '../jobs/abort.ts';
import { LruCache } from '../jobs/lru-cache.ts';
import type { LatentCode } from '../latent/code.ts';
import type { GenerationPlan, Tools } from '../plan/generation-plan.ts';
import { type DrawnStart, planStart } from './plan-start.ts';

/** Starts of cells that are remembered: more than an artist sees at once. */
const KEPT = 512;

/** The start of a cell, decoded. */
interface Begun extends Pick<GenerationPlan, 'settings'> {
  readonly code: LatentCode;
}

/**
 * What cells are drawn of, by one pack. Each start is decoded once, in one run with those that are asked for together
 * with it, however many cells of a row or column begin with it; sliders then only move it.
 */
export class CellCodes {
  readonly #tools: Tools;
  readonly #begun = new LruCache<Begun>(KEPT);

  constructor(tools: Tools) {
    this.#tools = tools;
  }

  /** @throws StudioError as planning does, and for edits that the pack has not */
  async latents(cells: readonly Cell[], options: CallOptions): Promise<NoisyLatent[]> {
    const { priority } = options;
    const missing: DrawnStart[] = [];
    let decoding: Promise<Begun[]> | undefined;
    const begin = (start: DrawnStart) =>
      this.#begun.get(nameOf(start), () => {
        const place = missing.push(start) - 1;
        // Once all of this turn are asked for.
        decoding ??= Promise.resolve().then(() => this.#decode(missing, { priority }));
        return decoding.then((begun) => resultAt(begun, place));
      });
    return Promise.all(cells.map((cell) => this.#latent(cell, begin, options)));
  }

  async #latent(
    cell: Cell,
    begin: (start: DrawnStart) => Promise<Begun>,
    options: CallOptions,
  ): Promise<NoisyLatent> {
    const [start, edits] = [startOf(cell), editsOf(cell)];
    if (start.kind === 'portrait') return this.#ofPortrait(start, edits, options);
    const { codes } = this.#tools.session;
    // Others may wait for the same one: a cell that is given up must not take it from them.
    const { code, settings } = await shared(begin(start), options.signal);
    const { noiseSeed, gap } = settings;
    if (edits.length === 0) return { w: code.w, noiseSeed };
    const seen = await codes.ofUnkept(code, noiseSeed, options);
    const w = await this.#tools.edits.move({ ...seen, gap, id: nameOf(start) }, edits, options);
    return { w, noiseSeed };
  }

  async #ofPortrait(
    { id }: Extract<CellStart, { kind: 'portrait' }>,
    edits: Cell['edits'],
    options: CallOptions,
  ): Promise<NoisyLatent> {
    const { session, edits: editing } = this.#tools;
    const { noiseSeed } = session.reader.get(id).settings;
    const { w } =
      edits.length === 0 ? session.codes.latents(id) : await editing.apply(id, edits, options);
    return { w, noiseSeed };
  }

  async #decode(starts: readonly DrawnStart[], options: CallOptions): Promise<Begun[]> {
    const plans = await Promise.all(starts.map((start) => planStart(start, this.#tools, options)));
    const pending = plans.map((plan) => plan.code());
    const decoded = await this.#tools.session.codes.decode(pending, options);
    return plans.map(({ settings }, i) => ({ settings, code: resultAt(decoded, i) }));
  }
}

/** What tells one start from another. */
export function nameOf(start: CellStart): string {
  return JSON.stringify(start);
}
