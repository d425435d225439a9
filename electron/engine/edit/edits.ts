import type { Edit } from '../../contract/edit.ts';
import { StudioError } from '../../contract/errors.ts';
import type { LayerRange } from '../../contract/layers.ts';
import { blendStyles, mixStyles, moveStyle, toStyle } from '../latent/w-plus.ts';
import type { CallOptions } from '../inference/inference.ts';
import type { LibraryReader } from '../library/reader.ts';
import { shared } from '../jobs/abort.ts';
import { Directions, type Start } from '../semantics/directions.ts';
import type { Models } from '../models/models.ts';
import { latentsOf, placeOfPortrait, type Point } from '../session/codes.ts';
import type { PrincipalDirections } from '../semantics/principal-directions.ts';
import { Recent } from '../jobs/recent.ts';

/** Portraits that an artist edits in turn. */
const STARTS_KEPT = 16;

interface Sources {
  readonly models: Models;
  readonly reader: LibraryReader;
}

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
  readonly #directions: Directions;
  readonly #starts = new Recent<Start>(STARTS_KEPT);

  constructor(principal: PrincipalDirections) {
    this.#directions = new Directions(principal);
  }

  /**
   * A portrait of the library with edits made, in their order. Directions are those at the portrait
   * itself, whatever edits come before. Without an edit that changes anything its numbers are the
   * portrait's own; with one, w is a w⁺.
   *
   * @throws StudioError `invalid-argument` for layers or directions that the pack has not,
   *   `not-found`, `pack-not-found` when another pack drew one of the portraits
   */
  async apply(
    of: string,
    edits: readonly Edit[],
    sources: Sources,
    options?: CallOptions,
  ): Promise<Point> {
    const start = await this.#start(of, sources, options);
    const { z, condition: e } = latentsOf(of, sources.reader, sources.models);
    let { w } = start;
    for (const edit of edits) w = await this.#apply(edit, w, start, sources, options);
    return { z, e, w, truncation: start.truncation };
  }

  async #apply(
    edit: Edit,
    w: Float32Array,
    start: Start,
    { models, reader }: Sources,
    options: CallOptions | undefined,
  ): Promise<Float32Array> {
    const { layers } = models.generator;
    requireLayers(edit.layers, layers);
    const styleOf = (id: string) => toStyle(latentsOf(id, reader, models).w, layers);
    switch (edit.kind) {
      case 'slide': {
        if (edit.amount === 0) return w;
        const end = edit.amount > 0 ? 'high' : 'low';
        const direction = await this.#directions.find(edit.direction, end, start, models, options);
        return moveStyle(toStyle(w, layers), direction, edit.amount, edit.layers);
      }
      case 'mix':
        return mixStyles(toStyle(w, layers), styleOf(edit.with), edit.layers, layers);
      case 'blend': {
        const others = edit.with
          .filter(({ weight }) => weight > 0)
          .map(({ id, weight }) => ({ style: styleOf(id), weight }));
        if (others.length === 0) return w;
        return blendStyles(toStyle(w, layers), others, edit.layers, layers);
      }
    }
  }

  /** Where edits start from. Portraits never change, so that each is looked up once. */
  #start(
    id: string,
    { models, reader }: Sources,
    { signal, priority }: CallOptions = {},
  ): Promise<Start> {
    const { manifest } = models.pack;
    const start = this.#starts.get([manifest.id, manifest.version, id].join(' '), async () => ({
      ...(await placeOfPortrait(id, reader, models, { priority })),
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
