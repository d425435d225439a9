import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { cutGraph } from '../onnx/cut-graph.ts';
import { feedsOf } from './feeds.ts';
import type { Drawing, Tensor, Tensors } from './protocol.ts';
import type { Sessions } from './sessions.ts';

/** The share of the layers that has to be the same: the coarsest take next to no time. */
const WORTH_IT = 1 / 3;
/** How long nobody has asked for a portrait when the hand rests, in milliseconds: a graph is cut while nobody waits. */
const REST_MS = 100;

type PartSessions = Pick<Sessions, 'loadModel' | 'run' | 'runOver' | 'release'>;

/** A synthesis network cut in two before a layer. */
interface Cut {
  readonly layer: number;
  /** Names that both parts are loaded under. */
  readonly head: string;
  readonly tail: string;
  /** What the head gave last, and of which portrait. */
  given?: { readonly of: Drawing; readonly values: Tensors };
}

/** What is known of a synthesis network that draws one portrait after the other. */
interface Followed {
  readonly last: Drawing;
  /** How many of its first layers were those of the one before. */
  readonly same: number;
  /** The layer that it should be cut before. */
  readonly wanted: number | undefined;
  /** Null for a graph that cannot be cut. */
  readonly cut: Cut | null | undefined;
}

/**
 * Draws portraits under a slider that moves the finer layers alone: what the coarser ones give is kept, and only the rest
 * is computed again. Once three in a row differ in the same layers the graph is cut before them, as soon as the hand rests;
 * until then, and for any other, it is drawn whole. Both give the same but for rounding.
 */
export class UnchangedLayers {
  readonly #sessions: PartSessions;
  readonly #graphs = new Map<string, Followed>();
  #rest: NodeJS.Timeout | undefined;

  constructor(sessions: PartSessions) {
    this.#sessions = sessions;
  }

  /** The picture [1, 3, height, width], good until the next; null where the whole graph is to draw it. */
  async draw(drawing: Drawing): Promise<Tensor | null> {
    clearTimeout(this.#rest);
    const { graph, device, count, layers, follows } = drawing;
    if (!follows || device !== 'cpu' || count !== 1) return null;
    const before = this.#graphs.get(graph);
    const same = before ? sameLayers(before.last, drawing) : 0;
    // The very same portrait tells nothing of what is going to change.
    if (same === layers) return null;
    const cut = before?.cut;
    const isSteady = same === before?.same && same >= WORTH_IT * layers;
    const wanted = isSteady && cut !== null && cut?.layer !== same ? same : undefined;
    this.#graphs.set(graph, { last: drawing, same, wanted, cut });
    return cut && cut.layer <= same ? this.#drawRest(drawing, cut) : null;
  }

  /** Cuts a graph for what comes next, where it pays, unless that comes before the hand has rested. */
  prepareAtRest(graph: string): void {
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => void this.prepare(graph), REST_MS).unref();
  }

  /** Cuts a graph for what comes next, where it pays. */
  async prepare(graph: string): Promise<void> {
    const known = this.#graphs.get(graph);
    if (known?.wanted === undefined) return;
    this.#graphs.set(graph, { ...known, wanted: undefined, cut: undefined });
    await this.#releaseParts(known.cut);
    const cut = await this.#cut(known.last, known.wanted);
    const now = this.#graphs.get(graph);
    if (now) this.#graphs.set(graph, { ...now, wanted: undefined, cut });
    else await this.#releaseParts(cut);
  }

  /** Forgets a graph and frees the parts of it. */
  async release(graph: string): Promise<void> {
    const known = this.#graphs.get(graph);
    this.#graphs.delete(graph);
    await this.#releaseParts(known?.cut);
  }

  async #drawRest(drawing: Drawing, cut: Cut): Promise<Tensor | null> {
    const { device, threads } = drawing;
    const { given } = cut;
    const isKnown = given !== undefined && sameLayers(given.of, drawing) >= cut.layer;
    const values = isKnown
      ? given.values
      : await this.#sessions.run(cut.head, device, feedsOf(drawing), { threads });
    if (!isKnown) cut.given = { of: drawing, values };
    const feeds = { ...feedsOf(drawing), ...values };
    const { image } = await this.#sessions.runOver(cut.tail, device, feeds, { threads });
    return image ?? null;
  }

  /** Null for a graph that takes its layers in another way than one by one, or whose parts cannot be loaded. */
  async #cut({ graph, threads }: Drawing, layer: number): Promise<Cut | null> {
    const cut = { layer, head: `${graph}#before-${layer}`, tail: `${graph}#from-${layer}` };
    const settings = { threads, folder: path.dirname(graph) };
    try {
      const parts = cutGraph(await readFile(graph), 'w', layer);
      if (!parts) return null;
      await this.#sessions.loadModel(cut.head, parts.head, settings);
      await this.#sessions.loadModel(cut.tail, parts.tail, settings);
      return cut;
    } catch {
      await this.#releaseParts(cut);
      return null;
    }
  }

  async #releaseParts(cut: Cut | null | undefined): Promise<void> {
    for (const part of cut ? [cut.head, cut.tail] : []) await this.#sessions.release(part);
  }
}

/** How many of their first layers two portraits have in common; none where their noise differs. */
function sameLayers(a: Drawing, b: Drawing): number {
  const width = b.w.length / b.layers;
  const noises = [a, b].map(({ noise }) => noise?.rows ?? new Float32Array());
  if (a.w.length !== b.w.length || firstDifference(noises[0], noises[1]) !== null) return 0;
  return Math.floor((firstDifference(a.w, b.w) ?? b.w.length) / width);
}

/** Null where there is none. */
function firstDifference(
  a: Float32Array = new Float32Array(),
  b: Float32Array = new Float32Array(),
): number | null {
  const end = Math.max(a.length, b.length);
  for (let i = 0; i < end; i++) if (a[i] !== b[i]) return i;
  return null;
}
