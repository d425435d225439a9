import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import type {
  Delivery,
  Destination,
  ExportPortraitsRequest,
  ExportStripRequest,
  Missed,
} from '../../contract/delivery.ts';
import type { Between } from '../../contract/draw.ts';
import {
  type ExportKind,
  type ExportOptions,
  extensionOf,
  type PortraitExport,
} from '../../contract/export-kinds.ts';
import { safeName } from '../../contract/file-name.ts';
import { FILM_FORMATS, framesToSkip, isFolder, MOVING_FORMATS } from '../../contract/formats.ts';
import type { Anchor } from '../../contract/generation.ts';
import type { ExportGridRequest } from '../../contract/grid.ts';
import type { CallOptions, StreamOptions } from '../../contract/method.ts';
import type { OnProgress, ProgressEvent } from '../../contract/progress.ts';
import {
  type ExportFilmRequest,
  type ExportRenderRequest,
  orderOf,
} from '../../contract/timeline.ts';
import { exportAnimation, exportFrames, resizeFrames } from './frames.ts';
import { exportGallery } from './gallery.ts';
import { SHARED_FILE, writeArchive } from './archive.ts';
import { exportArrays } from './arrays.ts';
import { exportCutouts } from './cutouts.ts';
import { exportDrawings } from './drawings.ts';
import { type Enlarger, openEnlarger } from './enlarging.ts';
import { type PackFacts, packFacts } from './pack-facts.ts';
import { exportPictures } from './pictures.ts';
import { type ExportParts, type Finding, type PortraitWork, selectedIds } from './portraits.ts';
import { exportTable } from './table.ts';
import { exportRender } from './renders.ts';
import type { Components } from '../components/components.ts';
import type { ImageCodec } from '../images/codec.ts';
import type { Inference } from '../inference/inference.ts';
import { resultAt } from '../inference/results.ts';
import type { JobQueue } from '../jobs/queue.ts';
import type { KeptPacks } from '../loading/kept-packs.ts';
import type { PackInUse } from '../loading/pack-in-use.ts';
import type { LibraryReader } from '../library/reader.ts';
import type { Upkeep } from '../library/upkeep.ts';
import { publish } from '../storage/publish.ts';
import { positions } from '../path/path.ts';
import { Deliveries } from './deliveries.ts';
import type { Drawing } from '../draw/drawing.ts';
import type { Grids } from '../grid/grids.ts';
import type { Timelines } from '../draw/timelines.ts';
import type { Uploads } from '../storage/uploads.ts';

export interface ExportsParts {
  readonly reader: LibraryReader;
  readonly finding: Finding;
  readonly upkeep: Upkeep;
  readonly codec: ImageCodec;
  readonly drawing: Drawing;
  readonly grids: Grids;
  readonly timelines: Timelines;
  readonly uploads: Uploads;
  readonly jobs: JobQueue;
  readonly packs: PackInUse;
  readonly kept: KeptPacks;
  readonly components: Components;
  readonly inference: Inference;
}

interface Work {
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  readonly onMissed: (missed: Missed) => void;
  readonly onEnlarged: (enlarged: Delivery['enlarged']) => void;
}

/** Writes into a folder, and says which files or folders it wrote. */
type Produce = (folder: string, work: Work) => Promise<string[]>;

interface PortraitJob {
  readonly ids: readonly string[];
  /** The folder that it goes to. */
  readonly into: string;
  /** What it is called, without extension. */
  readonly title: string;
  readonly parts: ExportParts;
  readonly work: PortraitWork;
}

/** What writes each kind of export, and says which files or folders it wrote. */
const WRITERS: {
  readonly [Kind in ExportKind]: (as: ExportOptions[Kind], job: PortraitJob) => Promise<string[]>;
} = {
  pictures: (as, { ids, into, parts, work }) => exportPictures(ids, into, as, parts, work),
  cutouts: (as, { ids, into, parts, work }) => exportCutouts(ids, into, as, parts, work),
  drawings: (as, { ids, into, parts, work }) => exportDrawings(ids, into, as, parts, work),
  gallery: async (as, { ids, into, title, parts, work }) => [
    await exportGallery(ids, path.join(into, title), as, parts, work),
  ],
  sheet: async (as, { ids, into, title, parts, work }) => {
    // What writes PDFs is a third of all that the engine would load.
    const { exportSheet } = await import('./sheet.ts');
    return exportSheet(ids, path.join(into, title + extensionOf(as)), as, parts, work);
  },
  table: async (as, { ids, into, title, parts, work }) => [
    await exportTable(ids, path.join(into, title + extensionOf(as)), as, parts, work),
  ],
  arrays: async (as, { ids, into, title, parts, work }) => [
    await exportArrays(ids, path.join(into, title), as, parts, work),
  ],
};

function writePortraits<Kind extends ExportKind>(
  kind: Kind,
  as: ExportOptions[Kind],
  job: PortraitJob,
): Promise<string[]> {
  return WRITERS[kind](as, job);
}

/** Everything that leaves the library. */
export class Exports {
  readonly #parts: ExportsParts;
  readonly #deliveries = new Deliveries();

  constructor(parts: ExportsParts) {
    this.#parts = parts;
  }

  /** Hands portraits over as one of the kinds of the contract. */
  portraits(
    { portraits, as, zip = false, name, destination }: ExportPortraitsRequest,
    options?: StreamOptions<ProgressEvent>,
  ): Promise<Delivery> {
    const title = safeName(name);
    return this.#export(title, destination, options, async (folder, work) => {
      const ids = await selectedIds(portraits, this.#parts.finding, work);
      const write = (into: string) =>
        this.#withEnlarger(as, work, (enlarger) => {
          const parts = { ...this.#parts, ...this.#facts(), enlarger };
          return writePortraits(as.kind, as, { ids, into, title, parts, work });
        });
      if (!zip) return write(folder);
      const target = path.join(folder, `${title}.zip`);
      const archive = await publish(target, as.ifExists, async (draft) => {
        const loose = path.join(path.dirname(draft), 'loose');
        await writeArchive(await write(loose), draft, { ...work, mode: SHARED_FILE });
      });
      return [archive];
    });
  }

  /** A library as it is now, under the time of day. */
  backup(
    { destination, zip = false }: { destination: Destination; zip?: boolean | undefined },
    options?: StreamOptions<ProgressEvent>,
  ): Promise<Delivery> {
    const { upkeep } = this.#parts;
    const isArchive = zip || destination.kind === 'download';
    return this.#export('library', destination, options, async (folder, work) => {
      return [(await upkeep.backUpInto(folder, isArchive, work)).target];
    });
  }

  /** Draws a grid and puts it on paper. */
  grid(
    { grid, as, name, destination }: ExportGridRequest,
    options?: StreamOptions<ProgressEvent>,
  ): Promise<Delivery> {
    const { grids, codec, packs } = this.#parts;
    const title = safeName(name);
    return this.#export(title, destination, options, async (folder, work) => {
      const target = targetIn(folder, destination, `${title}.${as.format}`);
      const titleOf = (id: string) => {
        return packs.info?.directions.find((direction) => direction.id === id)?.title ?? id;
      };
      const parts = { grids, codec, titleOf, license: () => packs.info?.license };
      const { exportGridSheet } = await import('./grid-sheet.ts');
      return exportGridSheet(grid, target, as, parts, work);
    });
  }

  strip(
    { stops, format, side, name, destination, ...walk }: ExportStripRequest,
    options?: StreamOptions<ProgressEvent>,
  ): Promise<Delivery> {
    const { codec, drawing, packs } = this.#parts;
    const title = safeName(name);
    return this.#export(title, destination, options, async (folder, work) => {
      const every = format.kind === 'animation' ? framesToSkip(format.format, format.frameMs) : 1;
      const places = placesOf(stops, format).filter((_, frame) => frame % every === 0);
      const drawn = drawing.frames(walk, places, { signal: work.signal });
      const sequence = {
        frames: side === undefined ? drawn : resizeFrames(drawn, side, codec),
        count: places.length,
        provenance: { prompt: wordsOf(walk), license: packs.info?.license },
      };
      const isFilm = format.kind === 'animation';
      const target = targetIn(
        folder,
        destination,
        isFilm ? title + MOVING_FORMATS[format.format].extension : title,
      );
      const written = isFilm
        ? exportAnimation(
            sequence,
            target,
            { ...format, frameMs: format.frameMs * every },
            codec,
            work,
          )
        : exportFrames(sequence, target, format, codec, work);
      return [await written];
    });
  }

  /** Joins the frames of a render. */
  render(
    { id, format, side, pingPong, name, ifExists, destination }: ExportRenderRequest,
    options?: StreamOptions<ProgressEvent>,
  ): Promise<Delivery> {
    const { codec, timelines } = this.#parts;
    const title = safeName(name);
    return this.#export(title, destination, options, async (folder, work) => {
      const render = await timelines.folders.find(id);
      const name = isFolder(format) ? title : title + MOVING_FORMATS[format].extension;
      const target = targetIn(folder, destination, name);
      return [
        await exportRender(
          render,
          target,
          { format, side, pingPong, ifExists, licenseOf: this.#facts().licenseOf },
          codec,
          work,
        ),
      ];
    });
  }

  /** Puts a film of the window's where it should go. */
  film(
    { upload, format, name, destination }: ExportFilmRequest,
    { signal }: CallOptions = {},
  ): Promise<Delivery> {
    const title = safeName(name);
    return this.#export(title, destination, { signal }, (folder) =>
      this.#parts.uploads.use(upload, async (file) => {
        const target = path.join(folder, title + FILM_FORMATS[format].extension);
        return [await publish(target, 'rename', (draft) => copyFile(file, draft))];
      }),
    );
  }

  readDownload(id: string, offset: number): Promise<Uint8Array<ArrayBuffer>> {
    return this.#deliveries.read(id, offset);
  }

  close(): Promise<void> {
    return this.#deliveries.close();
  }

  #facts(): PackFacts {
    return packFacts(this.#parts.packs, this.#parts.kept);
  }

  /** Opens what enlarges pictures for an export that asks for it. */
  async #withEnlarger<T>(
    as: PortraitExport,
    { signal, onEnlarged }: Work,
    use: (enlarger?: Enlarger) => Promise<T>,
  ): Promise<T> {
    if (!('enlarge' in as) || as.enlarge === undefined) return use();
    const enlarger = await openEnlarger(as.enlarge, as.upscaler, this.#parts, signal);
    try {
      onEnlarged({ ...enlarger.told, text: enlarger.text });
      return await use(enlarger);
    } finally {
      await enlarger.close();
    }
  }

  #export(
    title: string,
    destination: Destination,
    { signal, onEvent }: StreamOptions<ProgressEvent> = {},
    produce: Produce,
  ): Promise<Delivery> {
    const job = this.#parts.jobs.submit({
      ...{ kind: 'export', title, signal },
      onProgress: onEvent,
      run: async (signal, onProgress) => {
        const missed: Missed[] = [];
        const told: Pick<Delivery, 'enlarged'> = {};
        const work: Work = {
          ...{ signal, onProgress, onMissed: (one) => void missed.push(one) },
          onEnlarged: (enlarged) => void (told.enlarged = enlarged),
        };
        const delivery = await this.#deliveries.deliver(
          destination,
          title,
          (folder) => produce(folder, work),
          { signal, onProgress },
        );
        return { ...delivery, ...told, ...(missed.length > 0 && { missed }) };
      },
    });
    return job.result;
  }
}

/** The path of what is written as one: under the name that was asked for, or under a safe one. */
function targetIn(folder: string, destination: Destination, usual: string): string {
  const asked = destination.kind === 'folder' ? destination.file : undefined;
  return path.join(folder, asked ?? usual);
}

function placesOf(stops: number, format: ExportStripRequest['format']): number[] {
  const places = positions(stops);
  const isPingPong = format.kind === 'animation' && format.pingPong;
  return orderOf(stops, isPingPong).map((frame) => resultAt(places, frame));
}

function wordsOf({ from, to }: Between): string {
  const words = (anchor: Anchor) => (anchor.kind === 'prompt' ? anchor.prompt : anchor.kind);
  return `${words(from)} → ${words(to)}`;
}
