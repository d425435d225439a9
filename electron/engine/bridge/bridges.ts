/**
 * Bridges on their way: what each is to learn, and how far it is. One folder a bridge, named after its two models; of one
 * that is finished it keeps the pairs, which took hours, until an artist drops them.
 */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import {
  type Bridge,
  type BridgeEstimate,
  type BridgeEvent,
  type BridgeRequest,
  bridgeSchema,
  type EstimateRequest,
} from '../../contract/bridge.ts';
import { StudioError } from '../../contract/errors.ts';
import type { StreamOptions } from '../../contract/method.ts';
import type { ProgressEvent } from '../../contract/progress.ts';
import type { PackInfo } from '../../contract/status.ts';
import type { Components } from '../components/components.ts';
import { idFrom } from '../components/publish.ts';
import type { Inference } from '../inference/inference.ts';
import type { JobQueue } from '../jobs/queue.ts';
import type { PackInUse } from '../loading/pack-in-use.ts';
import { packInfo } from '../models/models.ts';
import { readManifest } from '../packs/manifest.ts';
import { claimFolder } from '../storage/claim-folder.ts';
import { makeFolder, PRIVATE_FOLDER } from '../storage/make-folder.ts';
import { keepFile } from '../storage/publish.ts';
import { readRegular } from '../storage/regular-file.ts';
import { remove } from '../storage/remove.ts';
import { ScratchFolder, sweepScratchFolders } from '../storage/scratch-folder.ts';
import { titleOf } from './assemble-pack.ts';
import { readCheckpoint } from './checkpoint.ts';
import { draftFolder, pairsFolder, trainingFolder } from './folders.ts';
import type { Learning } from './learn-bridge.ts';
import {
  type JudgedComponents,
  loadBridgeModels,
  releaseComponents,
  requireOther,
} from './load-models.ts';
import type { RateMeasuring } from './measure-rates.ts';
import { PairsFile } from './pairs-file.ts';
import { keepRates, type Rates, readRates } from './rates.ts';

const NOTE = 'bridge.json';
const MAX_NOTE_BYTES = 100_000;
const BETWEEN = '--';

/** `bridge.json`: the two models by their ids, what was asked for last, and the pack that came of that. */
const noteSchema = bridgeSchema.pick({ clip: true, generator: true, request: true, made: true });
type Note = z.infer<typeof noteSchema>;

export interface BridgesParts {
  /** Folder of bridges' folders. */
  readonly root: string;
  readonly components: Components;
  readonly packs: PackInUse;
  readonly inference: Inference;
  readonly jobs: JobQueue;
}

/** The two models of a bridge, and its folder. */
interface Place extends JudgedComponents {
  readonly folder: string;
}

export class Bridges {
  readonly #parts: BridgesParts;
  /** Folders of those that are being learnt by this studio, or wait for it. */
  readonly #active = new Set<string>();

  constructor(parts: BridgesParts) {
    this.#parts = parts;
  }

  /** Bridges that were begun, by name, and those that are finished with the pairs that are left of them. */
  async list(): Promise<Bridge[]> {
    const names = await readdir(this.#parts.root).catch(() => []);
    const found = await Promise.all(names.toSorted().map((name) => this.#describe(name)));
    return found.filter((bridge) => bridge !== null);
  }

  /**
   * Learns a bridge, from where it was left, and makes a pack of it. What is asked for takes the place of what was
   * asked for before, but that pairs which are drawn stay; with more of them, or once a pack was made of it, learning
   * begins anew. Cancelling pauses.
   *
   * @throws StudioError `component-not-found`, `invalid-argument` for a judge that is the CLIP itself, `file-busy` while
   *   it is being learnt elsewhere, `file-exists` where it was begun with other models, `cancelled`, and what drawing,
   *   learning and importing throw; what was drawn and learnt is kept each time
   */
  async learn(
    request: BridgeRequest,
    { signal, onEvent }: StreamOptions<BridgeEvent> = {},
  ): Promise<PackInfo> {
    const place = await this.#placeOf(request);
    const { folder } = place;
    if (this.#active.has(folder)) throw new StudioError('file-busy', busy(folder));
    this.#active.add(folder);
    try {
      const job = this.#parts.jobs.submit({
        ...{ kind: 'learn', title: titleOf(request, place), signal, onProgress: onEvent },
        run: (signal, onProgress) =>
          this.#learn(request, place, {
            signal,
            onEvent: (event) => {
              if (event.kind === 'curve' || event.kind === 'samples') onEvent?.(event);
              else onProgress(event);
            },
          }),
      });
      return await job.result;
    } finally {
      this.#active.delete(folder);
    }
  }

  /**
   * How long a bridge takes on this machine, by what was measured of its models when they last worked, or now.
   *
   * @throws StudioError `component-not-found`; for measuring what drawing and learning throw
   */
  async estimate(
    { measure, ...request }: EstimateRequest,
    { signal, onEvent }: StreamOptions<ProgressEvent> = {},
  ): Promise<BridgeEstimate> {
    const { root } = this.#parts;
    const place = await this.#placeOf(request);
    const name = path.basename(place.folder);
    if (measure) {
      const rates = await this.#measure(place, {
        pairs: request.pairs,
        signal,
        onProgress: onEvent,
      });
      await keepRates(root, name, rates);
    }
    const pairs = await pairsIn(place.folder);
    const drawn = pairs?.count ?? 0;
    const { timesFor } = await import('./times.ts');
    const times = timesFor(await readRates(root, name), { pairs: request.pairs, drawn });
    return { drawn, times };
  }

  /**
   * Forgets a bridge that is not being learnt.
   *
   * @throws StudioError `not-found`, `file-busy`
   */
  async drop(id: string): Promise<void> {
    if (!(await this.list()).some((bridge) => bridge.id === id)) {
      throw new StudioError('not-found', 'That bridge is not there any more. Nothing was changed.');
    }
    const folder = path.join(this.#parts.root, id);
    await claimFolder(folder, busy(folder), ({ empty }) => empty(NOTE));
  }

  async #learn(
    request: BridgeRequest,
    place: Place,
    { signal, onEvent }: Pick<Learning, 'signal' | 'onEvent'>,
  ): Promise<PackInfo> {
    const { packs, inference } = this.#parts;
    const { folder } = place;
    return claimFolder(folder, busy(folder), async () => {
      const before = await readNote(folder).catch(() => null);
      if (before?.made !== undefined) await leavePairs(folder);
      let info = await this.#published(folder);
      const note = noteOf(request, place);
      if (!info) {
        await keepNote(folder, note);
        const id = await this.#freeId(titleOf(request, place));
        // Loaded when first needed: who only draws does not wait for the trainer.
        const { learnBridge } = await import('./learn-bridge.ts');
        const onRates = (rates: Rates) => keepRates(this.#parts.root, path.basename(folder), rates);
        const asked = { request, id, inference, signal, onEvent, onRates };
        const draft = await learnBridge({ ...place, ...asked });
        info = await packs.import(draft, { signal, onProgress: onEvent });
      }
      await keepNote(folder, { ...note, made: info.id });
      await leavePairs(folder);
      return info;
    });
  }

  /** In a folder of its own, of which nothing stays. */
  async #measure(
    place: Place,
    options: Pick<RateMeasuring, 'pairs' | 'signal' | 'onProgress'>,
  ): Promise<Rates> {
    const { root, inference } = this.#parts;
    const { signal } = options;
    await makeFolder(root, PRIVATE_FOLDER);
    await sweepScratchFolders(root);
    const scratch = ScratchFolder.open(root);
    try {
      const { measureRates } = await import('./measure-rates.ts');
      const models = await loadBridgeModels(place, inference, { signal });
      return await measureRates(models, { ...options, inference, scratch: scratch.folder });
    } finally {
      await releaseComponents([place.clip, place.generator], inference);
      await scratch.remove();
    }
  }

  async #placeOf(request: Pick<BridgeRequest, 'clip' | 'generator' | 'judge'>): Promise<Place> {
    const { components, root } = this.#parts;
    const [clip, generator, judge] = await Promise.all([
      components.findClip(request.clip),
      components.findGenerator(request.generator),
      request.judge === undefined ? null : components.findClip(request.judge),
    ]);
    if (judge) requireOther(clip, judge);
    const name = `${clip.manifest.id}${BETWEEN}${generator.manifest.id}`;
    return { clip, generator, judge, folder: path.join(root, name) };
  }

  /** The pack of a bridge whose process ended after it was there, and before the bridge was gone. */
  async #published(folder: string): Promise<PackInfo | null> {
    const draft = await readManifest(draftFolder(folder)).catch(() => null);
    if (!draft) return null;
    const found = (await this.#parts.packs.list()).find(({ pack }) => pack?.id === draft.id);
    const manifest = found && (await readManifest(found.folder).catch(() => null));
    return isDeepStrictEqual(manifest, draft) && found ? packInfo(found.folder, draft) : null;
  }

  /** Null for what is no bridge. */
  async #describe(id: string): Promise<Bridge | null> {
    const folder = path.join(this.#parts.root, id);
    try {
      const note = await readNote(folder);
      const pairs = await pairsIn(folder);
      const isMade = note.made !== undefined;
      const learnt = isMade ? 0 : ((await readCheckpoint(trainingFolder(folder)))?.step ?? 0);
      return { id, ...note, drawn: pairs?.count ?? 0, learnt, bytes: pairs?.bytes ?? 0 };
    } catch {
      return null;
    }
  }

  /** An id that no pack has. */
  async #freeId(title: string): Promise<string> {
    const taken = new Set((await this.#parts.packs.list()).map(({ pack }) => pack?.id));
    const base = idFrom(title);
    for (let count = 1; ; count += 1) {
      const id = count === 1 ? base : `${base}-${count}`;
      if (!taken.has(id)) return id;
    }
  }
}

async function readNote(folder: string): Promise<Note> {
  const text = (await readRegular(path.join(folder, NOTE), MAX_NOTE_BYTES)).toString('utf8');
  return noteSchema.parse(JSON.parse(text));
}

function keepNote(folder: string, note: Note): Promise<void> {
  return keepFile(path.join(folder, NOTE), JSON.stringify(note));
}

/** Null where none were drawn yet. */
function pairsIn(folder: string): Promise<PairsFile | null> {
  return PairsFile.open(pairsFolder(folder)).catch(() => null);
}

/** Removes what was learnt, and the pack before it was taken in. */
async function leavePairs(folder: string): Promise<void> {
  await remove(draftFolder(folder));
  await remove(trainingFolder(folder));
}

/** That it is to be finished was said for this once. */
function noteOf({ finish: _, ...request }: BridgeRequest, { clip, generator }: Place): Note {
  return { clip: clip.manifest.id, generator: generator.manifest.id, request };
}

function busy(folder: string): string {
  return `The bridge in ${folder} is being learnt by another window or command. Nothing was changed; wait for it, or pause it there.`;
}
