/** What a model server needs to work for a pack or a component: its heavy graphs under their names, and how they are to be served. */
import { copyFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { PackManifest } from '../../contract/pack.ts';
import {
  type Dim,
  graphsOf,
  type GraphRole,
  type ModelGraph,
  type Ports,
} from '../packs/graphs.ts';
import type { ModelFolder } from '../packs/model-folder.ts';
import { makeFolder } from '../storage/make-folder.ts';
import { publishFolder } from '../storage/publish.ts';
import { filesBeside, modelName } from './model-name.ts';
import type { ServerKind } from './settings.ts';

/** The graphs that are heavy. All others stay on the artist's machine. */
const SERVED: ReadonlySet<ModelGraph['role']> = new Set<GraphRole>([
  ...(['synthesis', 'preview', 'imageEncoder'] as const),
]);

/** How many portraits Triton may gather for one run, and how long it may wait for them. */
const MOST_TOGETHER = 8;
const GATHER_MICROSECONDS = 2_000;

/** What MLServer is served with; the same ONNX Runtime as the studio's gives the same bytes. */
const REQUIREMENTS = 'mlserver==1.7.1\nonnxruntime==1.30.0\n';

/** A pack or a component whose graphs are served. */
export interface ServedModel {
  readonly id: string;
  readonly graphs: readonly ModelGraph[];
  /** The values that mean black and white in what it draws; null where it draws nothing. */
  readonly pixelRange: readonly [number, number] | null;
  file(name: string): string;
}

export function servedPack(pack: ModelFolder & { readonly manifest: PackManifest }): ServedModel {
  const { manifest } = pack;
  return {
    ...{ id: manifest.id, graphs: graphsOf(manifest) },
    pixelRange: manifest.generator.pixelRange,
    file: (graph) => pack.file(graph),
  };
}

interface ServedGraph {
  readonly graph: ModelGraph;
  readonly file: string;
  /** What it is called on the server. */
  readonly name: string;
  /** Of a graph that draws. */
  readonly pixelRange: readonly [number, number] | null;
}

/**
 * Writes a new folder that a model server serves.
 *
 * @returns the folder, and the names of the models in it
 * @throws StudioError `file-exists`, `disk-full`, `access-denied`, and what reading graphs throws
 */
export async function writeRepository(
  model: ServedModel,
  kind: ServerKind,
  out: string,
): Promise<{ folder: string; models: string[] }> {
  const served = await servedGraphs(model);
  const folder = await publishFolder(out, 'refuse', (draft) =>
    WRITERS[kind](served, model.id, draft),
  );
  return { folder, models: served.map(({ name }) => name) };
}

async function servedGraphs(model: ServedModel): Promise<ServedGraph[]> {
  const graphs = model.graphs.filter(({ role }) => SERVED.has(role));
  return Promise.all(
    graphs.map(async (graph) => {
      const file = model.file(graph.graph);
      const pixelRange = 'image' in graph.outputs ? model.pixelRange : null;
      return { graph, file, name: await modelName(file), pixelRange };
    }),
  );
}

type Write = (served: readonly ServedGraph[], id: string, folder: string) => Promise<void>;

const WRITERS: Record<ServerKind, Write> = {
  triton: async (served, _, folder) => {
    for (const one of served) await writeTriton(one, path.join(folder, one.name));
  },
  mlserver: async (served, _, folder) => {
    await writeFile(path.join(folder, 'settings.json'), json(MLSERVER));
    await writeFile(path.join(folder, 'requirements.txt'), REQUIREMENTS);
    for (const one of served) await writeMlServer(one, path.join(folder, one.name));
  },
  kserve: async (served, id, folder) => {
    await WRITERS.triton(served, id, path.join(folder, 'models'));
    await writeFile(path.join(folder, 'inference-service.yaml'), inferenceService(id));
  },
};

async function writeTriton({ graph, file, name }: ServedGraph, folder: string): Promise<void> {
  const version = versionOf(name);
  await copyGraph(file, path.join(folder, version));
  await writeFile(path.join(folder, 'config.pbtxt'), tritonConfig(graph, name, version));
}

/** Triton's versions are numbers: the first 48 bits of the graph's hash. */
function versionOf(name: string): string {
  return String(1 + Number.parseInt(name.slice(name.lastIndexOf('-') + 1).slice(0, 12), 16));
}

/** Rows of noise are for all portraits alike, so that a graph which takes them is served one request at a time. */
function tritonConfig({ inputs, outputs }: ModelGraph, name: string, version: string): string {
  const isGathered = Object.keys(inputs).length === 1;
  const ports = (key: string, all: Ports) =>
    Object.entries(all).map(([port, { dims }]) => {
      const shown = (isGathered ? dims.slice(1) : dims).map(tritonDim).join(', ');
      return `${key} [ { name: "${port}" data_type: TYPE_FP32 dims: [ ${shown} ] } ]`;
    });
  return [
    `name: "${name}"`,
    'platform: "onnxruntime_onnx"',
    `max_batch_size: ${isGathered ? MOST_TOGETHER : 0}`,
    ...ports('input', inputs),
    ...ports('output', outputs),
    ...(isGathered
      ? [`dynamic_batching { max_queue_delay_microseconds: ${GATHER_MICROSECONDS} }`]
      : []),
    'instance_group [ { count: 1 kind: KIND_AUTO } ]',
    `version_policy { specific { versions: [ ${version} ] } }`,
    '',
  ].join('\n');
}

function tritonDim(dim: Dim): number {
  if (typeof dim === 'number') return dim;
  return dim === 'free' ? -1 : dim.or;
}

/** Loopback only, unless whoever serves it writes something else. Pictures have more bytes than gRPC lets through by itself. */
const MLSERVER = {
  ...{ host: '127.0.0.1', http_port: 8080, grpc_port: 8081, metrics_endpoint: null },
  ...{ parallel_workers: 0, grpc_max_message_length: 512 * 2 ** 20, debug: false },
};

/** Pictures travel as bytes, a quarter of what their numbers are. */
async function writeMlServer(
  { file, name, pixelRange }: ServedGraph,
  folder: string,
): Promise<void> {
  await copyGraph(file, folder);
  await copyFile(RUNTIME, path.join(folder, path.basename(RUNTIME)));
  const settings = {
    ...{ name, implementation: 'clip_flow_graph.Graph' },
    parameters: {
      ...{ uri: './model.onnx', version: versionOf(name) },
      ...(pixelRange && { extra: { pixel_range: pixelRange } }),
    },
  };
  await writeFile(path.join(folder, 'model-settings.json'), json(settings));
}

const RUNTIME = path.join(import.meta.dirname, 'clip_flow_graph.py');

/** As `model.onnx`, with the files that hold numbers of it beside it. */
async function copyGraph(file: string, folder: string): Promise<void> {
  await makeFolder(folder);
  await copyFile(file, path.join(folder, 'model.onnx'));
  for (const beside of await filesBeside(file)) {
    const target = path.join(folder, path.relative(path.dirname(file), beside));
    await makeFolder(path.dirname(target));
    await copyFile(beside, target);
  }
}

/** Served by KServe's Triton, from a volume that holds the folder beside it. */
function inferenceService(id: string): string {
  return `# Put the folder "models" on the volume that storageUri names, and apply this file.
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata:
  name: clip-flow-${id}
spec:
  predictor:
    model:
      modelFormat:
        name: triton
      protocolVersion: grpc-v2
      runtime: kserve-tritonserver
      storageUri: pvc://clip-flow/models
      ports:
        - name: h2c
          protocol: TCP
          containerPort: 9000
`;
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
