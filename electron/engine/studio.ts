/** The façade: everything the engine can do, as the service that hosts offer. */
import type { OnProgress } from '../contract/progress.ts';
import type { StudioService } from '../contract/service.ts';
import type { ImageCodec } from './images/codec.ts';
import { Inference, type InferenceOptions } from './inference/inference.ts';
import { JobQueue } from './jobs/queue.ts';
import { type Library, openLibrary } from './library/library.ts';
import { shared } from './jobs/abort.ts';
import { Drawing } from './draw/drawing.ts';
import { Explanations } from './explain/explanations.ts';
import { Arrivals } from './explain/arrivals.ts';
import { ReEmbedding } from './explain/re-embedding.ts';
import { Exports } from './export/exports.ts';
import { LibraryNews } from './library/watch.ts';
import { News } from './status/news.ts';
import { KeptPacks } from './loading/kept-packs.ts';
import { PackInUse } from './loading/pack-in-use.ts';
import { PrincipalDirections } from './semantics/principal-directions.ts';
import { PortraitPictures } from './session/portrait-pictures.ts';
import { References } from './session/references.ts';
import { StatusReport } from './status/status.ts';
import { Timelines } from './draw/timelines.ts';
import { Workspace } from './draw/workspace.ts';
import { Uploads } from './export/uploads.ts';
import { ownPackFolder } from './locations.ts';
import { closeTree } from './storage/private.ts';
import { sweepSpools } from './storage/spool.ts';

export interface StudioOptions {
  /** Folder of the library; made if there is none. */
  readonly library: string;
  /** Folders of model packs' folders, the first of them for those that are imported. */
  readonly packRoots: readonly [string, ...string[]];
  /** Id of the pack to draw with, or path of its folder; by default the one the studio brings. */
  readonly pack?: string | undefined;
  readonly codec: ImageCodec;
  readonly inference?: Omit<InferenceOptions, 'onRestart'>;
}

/** An open studio. Models are loaded when they are first needed, and no inference process runs before. */
export interface Studio {
  readonly service: StudioService;
  readonly library: Library;
  readonly packs: PackInUse;
  readonly references: References;
  readonly drawing: Drawing;
  readonly workspace: Workspace;
  readonly inference: Inference;
  /** Waits until the CLIP in use has looked at all portraits, as far as it will. */
  seen(onProgress?: OnProgress): Promise<void>;
  /** Cancels what runs, waits until nothing is being written any more, and ends. */
  close(): Promise<void>;
}

/** @throws StudioError as `openLibrary` does */
export async function openStudio(options: StudioOptions): Promise<Studio> {
  const { codec, packRoots, pack } = options;
  const library = await openLibrary(options.library, codec);
  const tidying = tidy(packRoots[0]);
  const news = new News();
  const inference = new Inference({
    ...options.inference,
    onRestart: (reason) => news.tell({ kind: 'inference-restarted', reason }),
  });
  const packs = new PackInUse({
    ...{ inference, roots: packRoots, wanted: pack },
    onChange: () => {
      status.changed();
      arrivals.announce();
    },
  });
  const kept = new KeptPacks(library.root, () => library.refusal === null);
  const status = new StatusReport({ inference, packs, library, kept, news });
  const changes = new LibraryNews(library, (change) => {
    news.tell(change);
    status.changed();
  });
  const references = new References(library.root, codec, () => library.writer.requireWritable());
  const uploads = new Uploads();
  // An export need not wait for drawing, nor drawing for the disk, nor either for a long animation.
  const [drawingJobs, renderJobs, exportJobs] = [new JobQueue(), new JobQueue(), new JobQueue()];
  const embeddingJobs = new JobQueue();
  const queues = [drawingJobs, renderJobs, exportJobs, embeddingJobs];
  const principal = new PrincipalDirections(library.root);
  const explanations = new Explanations(library.root);
  const { reader, writer } = library;
  const pictures = new PortraitPictures(library, codec);
  const reEmbedding = new ReEmbedding({ library, pictures, jobs: embeddingJobs });
  const arrivals = new Arrivals({
    ...{ packs, library, reEmbedding },
    onNamed: () => changes.refresh(),
  });
  arrivals.announce();
  await arrivals.named();
  const workspace = new Workspace(packs, kept, {
    ...{ inference, reader, references, pictures, principal },
  });
  const drawing = new Drawing({
    ...{ workspace, library, kept, jobs: drawingJobs },
    onKept: ({ id }) => changes.announce({ added: [id] }),
  });
  const timelines = new Timelines({
    ...{ workspace, codec, jobs: renderJobs, library: library.root },
  });
  const exports = new Exports({ reader, codec, drawing, timelines, uploads, jobs: exportJobs });
  for (const jobs of queues) {
    jobs.subscribe((job) => news.tell({ kind: 'job', job }));
  }

  /** What ends in the library is not begun where nothing can be added to it. */
  const adding = async <T>(work: () => Promise<T>): Promise<T> => {
    writer.requireWritable();
    return work();
  };

  const service: StudioService = {
    status: () => status.read(),
    watch: async (_, { signal, onEvent } = {}) => {
      // Whoever watches is about to draw. What becomes of it is part of the status.
      packs.models().catch(() => undefined);
      const greet = async () => {
        onEvent?.({ kind: 'status', status: await status.read() });
        const running = queues.flatMap((jobs) => jobs.list());
        for (const job of running) onEvent?.({ kind: 'job', job });
      };
      const [end] = await Promise.all([news.listen((event) => onEvent?.(event), signal), greet()]);
      return end;
    },
    cancelJob: async ({ id }) => {
      for (const jobs of queues) jobs.cancel(id);
      return {};
    },

    packs: () => packs.list(),
    styleSamples: async ({ handle }) => packs.samples(await packs.locate(handle)),
    verifyPack: async ({ handle }, { signal, onEvent } = {}) =>
      packs.verify(await packs.locate(handle), { signal, onProgress: onEvent }),
    choosePack: async ({ handle }, { signal, onEvent } = {}) =>
      packs.choose(await packs.locate(handle), { signal, onProgress: onEvent }),

    openUpload: async ({ name }) => ({ id: await uploads.open(name) }),
    appendUpload: async ({ id, bytes }) => {
      await uploads.append(id, bytes);
      return {};
    },
    dropUpload: async ({ id }) => {
      await uploads.drop(id);
      return {};
    },
    importPack: ({ id, replace }, { signal, onEvent } = {}) =>
      uploads.use(id, (file) => packs.import(file, { replace, signal, onProgress: onEvent })),

    generate: (request, options) => adding(() => drawing.generate(request, options)),
    replay: (request, options) => adding(() => drawing.replay(request, options)),
    unheard: async ({ texts }, { signal } = {}) => {
      const { clip } = await shared(packs.models(), signal);
      return { unheard: [...new Set(texts.flatMap((text) => clip.unheard(text)))] };
    },
    addReference: ({ bytes }) => references.add(bytes),
    reference: ({ id }) => references.get(id),
    preview: (request, options) => drawing.preview(request, options),
    previewEdit: (request, options) => drawing.previewEdit(request, options),
    judgeEdits: (request, options) => drawing.judgeEdits(request, options),
    principalDirections: async (_, { signal, onEvent } = {}) =>
      principal.list(await shared(packs.models(), signal), { signal, onProgress: onEvent }),
    renamePrincipal: async ({ index, name }) => {
      writer.requireWritable();
      await principal.rename(index, name, await packs.models());
      return {};
    },
    explain: async ({ id }, { signal, onEvent } = {}) => {
      const { session } = await workspace.tools({ signal }, [id]);
      return explanations.explain(id, session, { signal, onProgress: onEvent });
    },
    strip: (request, options) => drawing.strip(request, options),
    keep: (request, options) => adding(() => drawing.keep(request, options)),

    keepMoment: (request, options) => adding(() => drawing.keepMoment(request, options)),
    render: (request, options) => adding(() => timelines.render(request, options)),
    renders: () => timelines.unfinished(),
    renderFrame: (request) => timelines.frame(request),
    dropRender: async ({ id }) => {
      await timelines.drop(id);
      return {};
    },

    list: async (query) => reader.list(query),
    count: async (filter) => ({ count: reader.count(filter) }),
    get: async ({ id }) => reader.get(id),
    search: async ({ words, limit }, options) => {
      const models = await packs.models();
      const { raw } = await models.clip.embedPrompt(words, 'none', {
        ...{ priority: 'interactive', signal: options?.signal },
      });
      return reader.search(raw, models.pack.spaces.embedding, limit);
    },
    family: async ({ id, limit }) => reader.family(id, limit),
    similar: async ({ id, limit }) => reader.similar(id, limit, packs.info?.spaces.embedding),
    prompts: async ({ limit }) => reader.prompts(limit),
    star: async ({ ids, starred }) => {
      const changed = writer.star(ids, starred);
      changes.announce({ changed: ids });
      return { changed };
    },
    trash: async ({ ids }) => {
      const changed = writer.trash(ids);
      changes.announce({ changed: ids });
      return { changed };
    },
    restore: async ({ ids }) => {
      const changed = writer.restore(ids);
      changes.announce({ changed: ids });
      return { changed };
    },
    purge: async ({ ids }) => {
      const removed = await writer.purge(ids, (gone) => changes.announce({ removed: gone }));
      return { changed: removed };
    },
    picture: ({ id }) => reader.picture(id),
    pictureFile: async ({ id }) => ({ file: reader.picturePath(reader.get(id).id) }),
    thumbnail: ({ id }) => reader.thumbnail(id),

    exportPictures: (request, options) => exports.pictures(request, options),
    exportGallery: (request, options) => exports.gallery(request, options),
    exportStrip: (request, options) => exports.strip(request, options),
    exportRender: (request, options) => exports.render(request, options),
    exportFilm: (request, options) => exports.film(request, options),
    readDownload: ({ id, offset }) => exports.readDownload(id, offset),
  };

  const close = async () => {
    const settling = arrivals.close();
    await Promise.all(queues.map((jobs) => jobs.close()));
    inference.close();
    changes.close();
    status.close();
    await Promise.all([exports.close(), uploads.close(), settling, kept.settled()]);
    await Promise.all([library.close(), tidying]);
  };
  const seen = async (onProgress?: OnProgress) => {
    await packs.models(onProgress);
    await arrivals.settled(onProgress);
  };
  return { service, library, packs, references, drawing, workspace, inference, seen, close };
}

/**
 * What earlier sessions left. Packs that an older studio took in are open to others, which only those in a
 * folder of the artist's choice may be.
 */
async function tidy(importedPacks: string): Promise<void> {
  await sweepSpools();
  if (importedPacks === ownPackFolder()) await closeTree(importedPacks);
}
