/** A model server in this process: the protocol as its proto has it, and graphs run by the studio's own inference. */
import path from 'node:path';
import {
  type sendUnaryData,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceDefinition,
  status,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import type { Inference } from '../../electron/engine/inference/inference.ts';
import type { Tensors } from '../../electron/engine/inference/protocol.ts';
import { modelName } from '../../electron/engine/servers/model-name.ts';

const PROTO = path.resolve(
  import.meta.dirname,
  '../../electron/engine/servers/open-inference.proto',
);

interface InferRequest {
  readonly model_name: string;
  readonly inputs: readonly { name: string; datatype: string; shape: number[] }[];
  readonly raw_input_contents: readonly Buffer[];
}

export interface FakeServerOptions {
  /** Computes a graph. */
  readonly inference: Inference;
  /** Files of the graphs that it has; where another is computed under a graph's name, that one. */
  readonly graphs: readonly (string | { readonly named: string; readonly computed: string })[];
  readonly port?: number;
  readonly credentials?: ServerCredentials;
  /** Done before each request is computed; what it throws is what the request fails with. */
  readonly before?: (request: number, call: { cancelled: boolean }) => Promise<void> | void;
  /** What callers must send. */
  readonly token?: string;
}

export interface FakeServer {
  readonly port: number;
  /** How many requests it has computed. */
  readonly computed: () => number;
  /** Most that it had at a time. */
  readonly most: () => number;
  /** Ends it at once, in the middle of what it does. */
  kill(): void;
}

/** Starts one on loopback. */
export async function startFakeServer(options: FakeServerOptions): Promise<FakeServer> {
  const { inference, graphs, port = 0, credentials = ServerCredentials.createInsecure() } = options;
  const files = new Map<string, string>();
  for (const graph of graphs) {
    const { named, computed } =
      typeof graph === 'string' ? { named: graph, computed: graph } : graph;
    files.set(await modelName(named), computed);
  }
  const loaded = loadSync(PROTO, { keepCase: true, longs: Number, defaults: true, arrays: true });
  const service = loaded['inference.GRPCInferenceService'] as ServiceDefinition;
  const server = new Server({ 'grpc.max_receive_message_length': -1 });
  const counts = { asked: 0, computed: 0, now: 0, most: 0 };
  const infer = async (request: InferRequest, call: { cancelled: boolean }) => {
    counts.asked += 1;
    counts.now += 1;
    counts.most = Math.max(counts.most, counts.now);
    try {
      await options.before?.(counts.asked, call);
      const graph = files.get(request.model_name);
      if (graph === undefined)
        throw Object.assign(new Error('unknown'), { code: status.NOT_FOUND });
      const outputs = await inference.run(graph, feedsOf(request));
      counts.computed += 1;
      return answerOf(outputs);
    } finally {
      counts.now -= 1;
    }
  };
  const mayCall = (metadata: { get(name: string): unknown[] }) =>
    options.token === undefined || metadata.get('authorization')[0] === `Bearer ${options.token}`;
  server.addService(
    service,
    Object.fromEntries(
      Object.entries<(request: never, call: { cancelled: boolean }) => object>({
        ServerReady: () => ({ ready: true }),
        ServerMetadata: () => ({ name: 'fake', version: '1' }),
        ModelMetadata: ({ name }: { name: string }) => {
          if (files.has(name)) return { name };
          throw Object.assign(new Error('unknown model'), { code: status.NOT_FOUND });
        },
        ModelInfer: infer,
      }).map(([name, answer]) => [
        name,
        (call: ServerUnaryCall<object, object>, done: sendUnaryData<object>) => {
          if (!mayCall(call.metadata)) {
            done({ code: status.UNAUTHENTICATED, details: 'no token' });
            return;
          }
          Promise.resolve()
            .then(() => answer(call.request as never, call))
            .then(
              (value) => done(null, value),
              (error: Error & { code?: number }) =>
                done({ code: error.code ?? status.INTERNAL, details: error.message }),
            );
        },
      ]),
    ),
  );
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, credentials, (error, found) =>
      error ? reject(error) : resolve(found),
    );
  });
  return {
    port: bound,
    computed: () => counts.computed,
    most: () => counts.most,
    kill: () => server.forceShutdown(),
  };
}

function feedsOf({ inputs, raw_input_contents: contents }: InferRequest): Tensors {
  return Object.fromEntries(
    inputs.map(({ name, shape }, i) => {
      const bytes = contents[i] ?? Buffer.alloc(0);
      const data = new Float32Array(bytes.length / 4);
      new Uint8Array(data.buffer).set(bytes);
      return [name, { type: 'float32' as const, dims: shape, data }];
    }),
  );
}

function answerOf(outputs: Tensors): object {
  const all = Object.entries(outputs);
  return {
    outputs: all.map(([name, { dims }]) => ({ name, datatype: 'FP32', shape: dims })),
    raw_output_contents: all.map(([, { data }]) =>
      Buffer.from(data.buffer, data.byteOffset, data.byteLength),
    ),
  };
}
