/** The façade: everything the engine can do, as the service that hosts offer. */
import { StudioError } from '../contract/errors.ts';
import type { CallOptions } from '../contract/method.ts';
import type { OnProgress } from '../contract/progress.ts';
import type { StudioService } from '../contract/service.ts';
import { Atlas } from './atlas/atlas.ts';
import { atlasService } from './atlas/service.ts';
import { Bridges } from './bridge/bridges.ts';
import { bridgeService } from './bridge/service.ts';
import { BringIn } from './bring-in/bring-in.ts';
import { bringInService } from './bring-in/service.ts';
import { compose } from './compose.ts';
import { Components } from './components/components.ts';
import { componentService } from './components/service.ts';
import { Drawing } from './draw/drawing.ts';
import { drawService } from './draw/service.ts';
import { Samples } from './draw/samples.ts';
import { Timelines } from './draw/timelines.ts';
import { Workspace } from './draw/workspace.ts';
import { Backfill } from './explain/backfill.ts';
import { Explanations } from './explain/explanations.ts';
import { KnownWords } from './explain/known-words.ts';
import { ReEmbedding } from './explain/re-embedding.ts';
import { explainService } from './explain/service.ts';
import { Exports } from './export/exports.ts';
import { exportService } from './export/service.ts';
import { Grids } from './grid/grids.ts';
import { SavedGrids } from './grid/saved-grids.ts';
import { gridService } from './grid/service.ts';
import type { ImageCodec } from './images/codec.ts';
import { Inference, type InferenceOptions } from './inference/inference.ts';
import { JobQueue } from './jobs/queue.ts';
import { LiveInput } from './live/live-input.ts';
import { liveService } from './live/service.ts';
import { isLibrary, type Library, openLibrary } from './library/library.ts';
import { findService, libraryService, rankedIdsBy, type ReadingParts } from './library/service.ts';
import { IndexKeeper } from './library/index-keeper.ts';
import { TrashKeeper } from './library/trash-keeper.ts';
import { LibraryWatcher } from './library/watcher.ts';
import { drawForServers } from './loading/draw-for-servers.ts';
import { CheckedPacks } from './loading/checked-packs.ts';
import { KeptPacks } from './loading/kept-packs.ts';
import { OptimisedGraphs } from './loading/optimised-graphs.ts';
import { PackInUse } from './loading/pack-in-use.ts';
import { packService } from './loading/service.ts';
import { bridgesBeside, componentsBeside, ownPackFolder } from './locations.ts';
import { movable, type OpenService } from './movable.ts';
import { PrincipalDirections } from './semantics/principal-directions.ts';
import { semanticsService } from './semantics/service.ts';
import { PortraitPictures } from './session/portrait-pictures.ts';
import { References } from './session/references.ts';
import { referenceService } from './session/service.ts';
import { EventBus } from './status/event-bus.ts';
import { ServerChoice } from './servers/choice.ts';
import { ModelServers } from './servers/servers.ts';
import { modelServerService } from './servers/service.ts';
import { type NamedServers, serversFromEnvironment } from './servers/settings.ts';
import { statusService } from './status/service.ts';
import { StatusReport } from './status/status.ts';
import { closeTree } from './storage/private.ts';
import { uploadService } from './storage/service.ts';
import { sweepTemporaryFolders } from './storage/temporary-folder.ts';
import { Uploads } from './storage/uploads.ts';

export interface StudioOptions {
  /** Folder of the library; made if there is none. */
  readonly library: string;
  /** Folders of model packs' folders, the first of them for those that are imported. */
  readonly packRoots: readonly [string, ...string[]];
  /** Folder of components' folders; by default the one beside that of imported packs. */
  readonly components?: string | undefined;
  /** Folder of bridges that are being learnt; by default the one beside that of imported packs. */
  readonly bridges?: string | undefined;
  /** Whether the library was moved to its folder, and so has to be there. */
  readonly isMoved?: boolean | undefined;
  /** Id of the pack to draw with, or path of its folder; by default the one the studio brings. */
  readonly pack?: string | undefined;
  readonly codec: ImageCodec;
  readonly inference?: Omit<InferenceOptions, 'onRestart'>;
  /** What is said of model servers; by default what the environment says. */
  readonly servers?: NamedServers | undefined;
  /** File that remembers the model servers that were chosen in a window; without it they go with the studio. */
  readonly serverFile?: string | undefined;
}

/**
 * An open studio. Models are loaded when they are first needed, and no inference process runs before. Once its library
 * was moved by the service, the service goes on with it, and the other parts, which are those of the opening, have ended.
 */
export interface Studio {
  readonly service: StudioService;
  readonly library: Library;
  readonly packs: PackInUse;
  readonly kept: KeptPacks;
  readonly components: Components;
  readonly bridges: Bridges;
  readonly references: References;
  readonly drawing: Drawing;
  readonly bringing: BringIn;
  readonly workspace: Workspace;
  readonly inference: Inference;
  readonly servers: ModelServers;
  /** Waits until the CLIP in use has looked at all portraits, as far as it will. */
  seen(onProgress?: OnProgress): Promise<void>;
  /** Cancels what runs, waits until nothing is being written any more, and ends. */
  close(): Promise<void>;
}

/** @throws StudioError as `openLibrary` does; `file-not-found` where the library was moved there and is not there */
export async function openStudio(options: StudioOptions): Promise<Studio> {
  if (options.isMoved && !(await isLibrary(options.library))) throw isAway(options.library);
  const live = new LiveInput();
  const open = (library: string) => openAt(library, options, live);
  const opened = await open(options.library);
  const { service, close } = movable(opened, open, options.codec);
  return { ...opened, service, close: () => live.close().then(close) };
}

function isAway(library: string): StudioError {
  return new StudioError(
    'file-not-found',
    `The library was moved to ${library}, and is not there now. Nothing was made in its place. Connect the disk it is ` +
      'on and start again; to begin another library, name its folder in CLIP_FLOW_LIBRARY.',
  );
}

async function openAt(
  folder: string,
  options: StudioOptions,
  live: LiveInput,
): Promise<Omit<Studio, 'service'> & { readonly service: OpenService }> {
  const named = options.servers ?? serversFromEnvironment();
  const choice = await ServerChoice.read(named, options.serverFile);
  const library = await openLibrary(folder, options.codec);
  const tidying = tidy(options.packRoots[0]);
  const base = buildBase(library, options);
  const parts = { ...base, ...buildTools(base), live };
  await parts.servers.begin(choice).catch(async (thrown: unknown) => {
    await closeParts(parts);
    await Promise.all([library.close(), tidying]);
    throw thrown;
  });
  parts.backfill.begin();
  await parts.backfill.named();
  const { packs, kept, components, bridges, references } = parts;
  const { drawing, bringing, workspace, inference, servers, backfill } = parts;
  const seen = async (onProgress?: OnProgress) => {
    await packs.models(onProgress);
    await backfill.settled(onProgress);
  };
  const close = async () => {
    await closeParts(parts);
    await Promise.all([library.close(), tidying]);
  };
  const service = serviceOf(parts);
  return {
    ...{ service, library, packs, kept, components, bridges, references, drawing },
    ...{ bringing, workspace, inference, servers },
    ...{ seen, close },
  };
}

type Base = ReturnType<typeof buildBase>;
type Parts = Base & ReturnType<typeof buildTools> & { readonly live: LiveInput };

/** What everything else works with: the library, the pack in use, the queues, and who is told of them. */
function buildBase(library: Library, options: StudioOptions) {
  const { codec, packRoots, pack } = options;
  const events = new EventBus();
  const inference = new Inference({
    ...options.inference,
    onRestart: (reason) => events.publish({ kind: 'inference-restarted', reason }),
  });
  const isWritable = () => library.refusal === null;
  const checked = new CheckedPacks(library.root, isWritable);
  const optimised = new OptimisedGraphs(library.root, { mayWrite: isWritable });
  const packs = new PackInUse({ inference, roots: packRoots, wanted: pack, checked, optimised });
  const components = new Components({
    ...{ inference, packs, root: options.components ?? componentsBeside(packRoots[0]) },
  });
  const jobs = buildQueues(events);
  const bridges = new Bridges({
    ...{ inference, packs, components, root: options.bridges ?? bridgesBeside(packRoots[0]) },
    jobs: jobs.learning,
  });
  const kept = new KeptPacks(library.root, isWritable);
  const servers = new ModelServers(inference);
  const status = new StatusReport({ inference, servers, packs, library, kept, events });
  packs.subscribe(() => status.changed());
  servers.subscribe(() => status.changed());
  void library.reconciled.then(() => status.changed());
  const watcher = new LibraryWatcher(library, (change) => {
    events.publish(change);
    status.changed();
  });
  return {
    library,
    codec,
    events,
    inference,
    packs,
    optimised,
    components,
    bridges,
    kept,
    servers,
    status,
    watcher,
    jobs,
  };
}

/** An export need not wait for drawing, nor drawing for the disk, nor either for a long animation. */
function buildQueues(events: EventBus) {
  const queues = {
    drawing: new JobQueue(),
    rendering: new JobQueue(),
    exporting: new JobQueue(),
    embedding: new JobQueue(),
    importing: new JobQueue(),
    learning: new JobQueue(),
    layingOut: new JobQueue(),
    indexing: new JobQueue(),
  };
  for (const queue of Object.values(queues)) {
    queue.subscribe((job) => events.publish({ kind: 'job', job }));
  }
  return queues;
}

/** What draws, explains and exports. */
function buildTools(base: Base) {
  const { library, codec, inference, packs, components, kept, watcher, jobs } = base;
  const { root, reader, writer, upkeep } = library;
  const references = new References(root, codec, () => writer.requireWritable());
  const pictures = new PortraitPictures(library, codec);
  const principal = new PrincipalDirections(root);
  const workspace = new Workspace(packs, kept, {
    ...{ inference, reader, references, pictures, principal },
  });
  const drawing = new Drawing({
    ...{ workspace, library, kept, jobs: jobs.drawing },
    onKept: ({ id }) => watcher.announce({ added: [id] }),
  });
  const grids = new Grids({ workspace, drawing });
  const savedGrids = new SavedGrids(root, () => writer.requireWritable());
  const timelines = new Timelines({
    ...{ workspace, codec, inference, jobs: jobs.rendering, library: root },
  });
  const samples = new Samples({ packs, codec, root, mayWrite: () => library.refusal === null });
  const uploads = new Uploads();
  const reading: ReadingParts = {
    reader,
    spaceInUse: () => packs.info?.spaces.embedding,
    embedWords: (words, options) => embedWords(packs, words, options),
    embedReference: async (id) => {
      const models = await packs.models();
      const embedding = await references.embed(id, models);
      return { embedding, space: models.pack.spaces.embedding };
    },
  };
  const finding = findService(reading);
  const exports = new Exports({
    finding: { ...finding, rankedIds: rankedIdsBy(reading) },
    ...{ reader, upkeep, codec, drawing, grids, timelines, uploads, packs, kept },
    ...{ jobs: jobs.exporting, components, inference },
  });
  const backfill = new Backfill({
    ...{ packs, library, onNamed: () => watcher.refresh() },
    reEmbedding: new ReEmbedding({ library, pictures, jobs: jobs.embedding }),
  });
  packs.subscribe(() => backfill.begin());
  const bringing = new BringIn({
    ...{ library, codec, packs, pictures, watcher, jobs: jobs.importing },
    onEnd: () => backfill.begin(),
  });
  const explanations = new Explanations(root);
  const knownWords = new KnownWords(root);
  const atlas = new Atlas({
    ...{ library, jobs: jobs.layingOut },
    spaces: async () => (await packs.models()).pack.spaces,
  });
  const trash = new TrashKeeper(library, (removed) => watcher.announce({ removed }));
  trash.look();
  const indexing = new IndexKeeper(library, jobs.indexing);
  void indexing.begin();
  return {
    ...{
      references,
      principal,
      workspace,
      drawing,
      grids,
      savedGrids,
      timelines,
      samples,
      uploads,
      exports,
      backfill,
    },
    finding,
    bringing,
    explanations,
    knownWords,
    atlas,
    trash,
    indexing,
  };
}

/** What each room offers, put together: the compiler sees that every method is there, and once. */
function serviceOf(parts: Parts): OpenService {
  const { library, packs, workspace, uploads } = parts;
  const requireWritable = () => library.writer.requireWritable();
  return compose([
    statusService({ ...parts, queues: Object.values(parts.jobs) }),
    modelServerService(parts.servers, () => drawForServers(packs)),
    packService(parts),
    componentService(parts.components, packs, uploads),
    bridgeService(parts.bridges),
    bringInService(parts.bringing, uploads),
    uploadService(uploads),
    referenceService(parts.references),
    semanticsService({ ...parts, models: () => packs.models(), requireWritable }),
    explainService(parts, async (id, options) => {
      return (await workspace.tools(options, [id])).session;
    }),
    drawService({ ...parts, requireWritable }),
    gridService({
      ...{ ...parts, requireWritable },
      onSaved: () => parts.events.publish({ kind: 'grids' }),
    }),
    parts.finding,
    libraryService({
      ...{ ...library, watcher: parts.watcher, trash: parts.trash, codec: parts.codec, uploads },
      onMerged: () => {
        parts.backfill.begin();
        // Pictures that were gone may be back, of which no row tells.
        parts.status.changed();
      },
    }),
    atlasService(parts.atlas),
    liveService(parts.live),
    exportService(parts.exports),
  ]);
}

/** Words as the CLIP in use reads them, for a search. */
async function embedWords(packs: PackInUse, words: string, { signal }: CallOptions) {
  const { clip, pack } = await packs.models();
  const { raw } = await clip.embedPrompt(words, 'none', { priority: 'interactive', signal });
  return { embedding: raw, space: pack.spaces.embedding };
}

/** Ends all but the library, which is written to until then. */
async function closeParts(parts: Parts): Promise<void> {
  const { inference, watcher, status, exports, uploads, samples, kept, backfill, jobs } = parts;
  const { trash, optimised } = parts;
  parts.indexing.close();
  const settling = Promise.all([backfill.close(), samples.close()]);
  await Promise.all(Object.values(jobs).map((queue) => queue.close()));
  inference.close();
  watcher.close();
  status.close();
  await Promise.all([exports.close(), uploads.close(), settling, kept.settled()]);
  await Promise.all([trash.close(), optimised.close()]);
}

/**
 * What earlier sessions left. Packs that an older studio took in are open to others, which only those in a
 * folder of the artist's choice may be.
 */
async function tidy(importedPacks: string): Promise<void> {
  await sweepTemporaryFolders();
  if (importedPacks === ownPackFolder()) await closeTree(importedPacks);
}
