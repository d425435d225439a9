/** The inference process's side: takes requests, a picture's and another at a time, and answers each. */
import { toStudioError } from '../../contract/errors.ts';
import { join, portraitsOf } from './batches.ts';
import { feedsOf } from './feeds.ts';
import type { DrawHere, Lanes } from './lanes.ts';
import { picturesOf } from './pictures.ts';
import { maxDifference, toPlanes, toRgb8 } from './pixels.ts';
import type {
  Drawing,
  MessageEnd,
  Pictures,
  Reply,
  Request,
  RequestOf,
  Results,
  Trial,
} from './protocol.ts';
import { envelopeSchema } from './protocol.ts';
import { float32Tensor, outputData } from './rows.ts';
import { listBackends, optimise, type Sessions } from './sessions.ts';
import { States } from './states.ts';
import { UnchangedLayers } from './unchanged-layers.ts';

interface Graphs {
  readonly sessions: Sessions;
  /** Where several portraits are drawn side by side; without, one after the other or in one run. */
  readonly lanes?: Lanes;
}

/** What is kept from one request to the next. */
interface Kept {
  readonly states: States;
  readonly unchanged: UnchangedLayers;
}

/** Serves requests that arrive at `end` until the process ends. */
export function serveInference(end: MessageEnd, graphs: Graphs): void {
  const { sessions } = graphs;
  const kept = { states: new States(sessions), unchanged: new UnchangedLayers(sessions) };
  end.onMessage((message) => {
    const { id, request } = envelopeSchema.parse(message);
    answer(request, graphs, kept).then(
      (result) => end.post({ id, ok: true, result } satisfies Reply),
      (error: unknown) =>
        end.post({ id, ok: false, error: toStudioError(error).toJSON() } satisfies Reply),
    );
  });
}

async function answer(
  request: Request,
  { sessions, lanes }: Graphs,
  { states, unchanged }: Kept,
): Promise<Results[Request['kind']]> {
  switch (request.kind) {
    case 'backends':
      return listBackends();
    case 'describe':
      return sessions.describe(request.graph, request);
    case 'optimise':
      return optimise(request.graph, request.into);
    case 'run':
      return sessions.run(request.graph, 'cpu', request.feeds, request);
    case 'render':
      return lanes?.draw(request, drawHere(sessions)) ?? renderNext(sessions, request, unchanged);
    case 'trial':
      return trial(sessions, request);
    case 'enlarge':
      return enlarge(sessions, request);
    case 'release':
      await Promise.all(request.graphs.map((graph) => sessions.release(graph)));
      await Promise.all(request.graphs.map((graph) => unchanged.release(graph)));
      await lanes?.release(request.graphs);
      return null;
    case 'load-state':
      return states.load(request);
    case 'run-state':
      return states.run(request);
    case 'save-state':
      return states.save(request);
    case 'drop-state':
      return states.drop(request.state);
  }
}

function drawHere(sessions: Sessions): DrawHere {
  return {
    render: (drawing) => render(sessions, drawing),
    run: (drawing) => {
      const { graph, device } = drawing;
      return sessions.run(graph, device, feedsOf(drawing), drawing);
    },
  };
}

/** Draws what may differ in some layers only from what was drawn before. */
async function renderNext(
  sessions: Sessions,
  drawing: Drawing,
  unchanged: UnchangedLayers,
): Promise<Pictures> {
  const image = await unchanged.draw(drawing);
  const pictures = image ? picturesOf(drawing, image) : await render(sessions, drawing);
  unchanged.prepareAtRest(drawing.graph);
  return pictures;
}

/** On a CPU one run of many portraits is no sooner done than a run of each, and takes more memory. */
async function render(sessions: Sessions, drawing: Drawing): Promise<Pictures> {
  if (drawing.device !== 'cpu') return renderAtOnce(sessions, drawing);
  const pictures: Pictures[] = [];
  for (let i = 0; i < drawing.count; i++) {
    pictures.push(await renderAtOnce(sessions, portraitsOf(drawing, i, i + 1)));
  }
  return join(pictures);
}

/** Draws, and converts to RGB8 here: a quarter of the bytes then cross to the host. */
async function renderAtOnce(sessions: Sessions, drawing: Drawing): Promise<Pictures> {
  const { graph, device } = drawing;
  const { image } = await sessions.runOver(graph, device, feedsOf(drawing), drawing);
  return picturesOf(drawing, image);
}

/** Draws the same on the device and on the CPU. The device's first run compiles, so its second counts. */
async function trial(sessions: Sessions, drawing: Drawing): Promise<Trial> {
  const onDevice = await render(sessions, drawing);
  const [, deviceMs] = await timed(() => render(sessions, drawing));
  const [onCpu, cpuMs] = await timed(() => render(sessions, { ...drawing, device: 'cpu' }));
  return { maxDifference: maxDifference(onDevice.pixels, onCpu.pixels), deviceMs, cpuMs };
}

/** Over what the last tile gave: all tiles of a picture are of one size. */
async function enlarge(sessions: Sessions, request: RequestOf<'enlarge'>): Promise<Pictures> {
  const { graph, picture, factor } = request;
  const { width, height, pixels } = picture;
  const feeds = { picture: float32Tensor(toPlanes(pixels), [1, 3, height, width]) };
  const { enlarged } = await sessions.runOver(graph, 'cpu', feeds, request);
  const data = outputData(graph, 'enlarged', enlarged, pixels.length * factor ** 2);
  const size = { width: width * factor, height: height * factor };
  return { ...size, pixels: toRgb8(data, 1, size.width * size.height, [0, 1]) };
}

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const startedAt = performance.now();
  const result = await work();
  return [result, performance.now() - startedAt];
}
