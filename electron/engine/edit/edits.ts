import type { Edit } from '../../contract/edit.ts';
import { StudioError } from '../../contract/errors.ts';
import type { LayerRange } from '../../contract/layers.ts';
import type { CallOptions } from '../inference/inference.ts';
import { shared } from '../jobs/abort.ts';
import { LruCache } from '../jobs/lru-cache.ts';
import type { LatentCode } from '../latent/code.ts';
import type { Start } from '../semantics/semantics.ts';
import type { Session } from '../session/session.ts';

/** Portraits that an artist edits in turn. */
const STARTS_KEPT = 16;

/** The portraits that edits take from, each once: the parents beside the one that is edited. */
export function portraitsIn(edits: readonly Edit[]): string[] {
  const ids = edits.flatMap((edit) => {
    switch (edit.kind) {
      case 'slide':
        return [];
      case 'mix':
        return edit.with;
      case 'blend':
        return edit.with.map(({ id }) => id);
    }
  });
  return [...new Set(ids)];
}

/** Makes edits of portraits, which gives the same numbers every time. */
export class Edits {
  readonly #session: Session;
  readonly #starts = new LruCache<Start>(STARTS_KEPT);

  constructor(session: Session) {
    this.#session = session;
  }

  /**
   * A portrait of the library with edits made, in their order. Directions are those at the portrait
   * itself, whatever edits come before. Without an edit that changes anything its numbers are the
   * portrait's own; with one, w is a w⁺.
   *
   * @throws StudioError `invalid-argument` for layers or directions that the pack has not,
   *   `not-found`, `pack-not-found` when one of the portraits lies in another latent space
   */
  async apply(of: string, edits: readonly Edit[], options?: CallOptions): Promise<LatentCode> {
    const start = await this.#start(of, options);
    // A portrait that no flow has drawn stays one; of another flow's, this one sees the noise and the words.
    const isOfNoFlow = this.#session.reader.latents(of).z === null;
    const { z, e } = isOfNoFlow ? { z: null, e: null } : start;
    const w = await this.move(start, edits, options);
    return { z, e, w, truncation: start.truncation };
  }

  /** The w or w⁺ of a portrait, be it of the library or not, with edits made in the same way. */
  async move(start: Start, edits: readonly Edit[], options?: CallOptions): Promise<Float32Array> {
    let { w } = start;
    for (const edit of edits) w = await this.#apply(edit, w, start, options);
    return w;
  }

  async #apply(
    edit: Edit,
    w: Float32Array,
    start: Start,
    options: CallOptions | undefined,
  ): Promise<Float32Array> {
    const { directions, models } = this.#session;
    const { space } = models.generator;
    requireLayers(edit.layers, space.layers);
    switch (edit.kind) {
      case 'slide': {
        if (edit.amount === 0) return w;
        const end = edit.amount > 0 ? 'high' : 'low';
        const direction = await directions.find(edit.direction, end, start, options);
        return space.move(space.toWPlus(w), direction, edit.amount, edit.layers);
      }
      case 'mix':
        return space.mix(space.toWPlus(w), this.#wPlusOf(edit.with), edit.layers);
      case 'blend': {
        const others = edit.with
          .filter(({ weight }) => weight > 0)
          .map(({ id, weight }) => ({ wPlus: this.#wPlusOf(id), weight }));
        return others.length === 0 ? w : space.blend(space.toWPlus(w), others, edit.layers);
      }
    }
  }

  #wPlusOf(id: string): Float32Array {
    const { codes, models } = this.#session;
    return models.generator.space.toWPlus(codes.latents(id).w);
  }

  /** Where edits start from. Portraits never change, so that each is looked up once. */
  #start(id: string, { signal, priority }: CallOptions = {}): Promise<Start> {
    const { codes, reader } = this.#session;
    const start = this.#starts.get(id, async () => ({
      ...(await codes.ofPortrait(id, { priority })),
      gap: reader.get(id).settings.gap,
      id,
    }));
    return shared(start, signal);
  }
}

function requireLayers([, last]: LayerRange, layers: number): void {
  if (last < layers) return;
  throw new StudioError(
    'invalid-argument',
    `This pack's layers are 0 to ${layers - 1}; there is no layer ${last}.`,
  );
}
