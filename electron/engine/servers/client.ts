/** One server's side of the Open Inference Protocol, over gRPC. The only file that knows gRPC's calls. */
import path from 'node:path';
import {
  type ChannelCredentials,
  Client,
  connectivityState,
  Metadata,
  type MethodDefinition,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { z } from 'zod';
import { cancelled, StudioError, throwIfCancelled } from '../../contract/errors.ts';
import type { Tensors } from '../inference/protocol.ts';
import type { ServerAddress } from './address.ts';
import { fromRaw, inferResponseSchema, type ServerTensors, toRaw } from './raw-tensors.ts';

/** What a picture of 4,096 px takes as float32 numbers, and as much again. */
const MAX_MESSAGE_BYTES = 512 * 2 ** 20;

/** How long a server may take for what computes nothing. */
const ANSWER_MS = 3_000;

/** How much may be on its way before it is acknowledged: the usual 64 kB are a few megabytes a second on a longer way. */
const WINDOW_BYTES = 8 * 2 ** 20;

const CHANNEL = {
  'grpc-node.flow_control_window': WINDOW_BYTES,
  'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
  'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
  'grpc.initial_reconnect_backoff_ms': 200,
  'grpc.max_reconnect_backoff_ms': 2_000,
  // Repeating is the studio's own business (pool.ts), and a proxy for pages none of a server's.
  'grpc.enable_retries': 0,
  'grpc.enable_http_proxy': 0,
};

type Method = 'ServerReady' | 'ServerMetadata' | 'ModelMetadata' | 'ModelInfer';

export interface AskOptions {
  readonly signal?: AbortSignal | undefined;
  /** After which the request is given up. */
  readonly timeoutMs?: number | undefined;
}

export class ServerClient {
  readonly #address: ServerAddress;
  readonly #token: string | undefined;
  readonly #client: Client;

  constructor(address: ServerAddress, credentials: ChannelCredentials, token?: string) {
    this.#address = address;
    this.#token = token;
    this.#client = new Client(address.target, credentials, CHANNEL);
  }

  /** @throws StudioError `network-unreachable` where it does not answer, or does not serve yet */
  async requireReady(options?: AskOptions): Promise<void> {
    const { ready } = await this.#ask('ServerReady', {}, readySchema, options);
    if (!ready) throw this.#unreachable('is still loading its models');
  }

  /** Its name and version. */
  metadata(options?: AskOptions): Promise<{ name: string; version: string }> {
    return this.#ask('ServerMetadata', {}, softwareSchema, options);
  }

  /** Whether it has a model of that name. */
  async has(model: string, options?: AskOptions): Promise<boolean> {
    try {
      await this.#ask('ModelMetadata', { name: model }, modelSchema, options);
      return true;
    } catch (thrown) {
      if (thrown instanceof StudioError && thrown.code === 'server-unsuitable') return false;
      throw thrown;
    }
  }

  /** Runs a model. When the signal fires the server is told, and rejects what it has not begun. */
  async infer(model: string, feeds: Tensors, options: AskOptions): Promise<ServerTensors> {
    const request = { model_name: model, ...toRaw(feeds) };
    return fromRaw(await this.#ask('ModelInfer', request, inferResponseSchema, options));
  }

  /** Tells whenever the connection has ended: who answers the next request may be somebody else. */
  onDisconnect(tell: () => void): void {
    const channel = this.#client.getChannel();
    const watch = (before: connectivityState) => {
      channel.watchConnectivityState(before, Infinity, (error) => {
        if (error) return;
        const now = channel.getConnectivityState(false);
        if (before === connectivityState.READY) tell();
        if (now !== connectivityState.SHUTDOWN) watch(now);
      });
    };
    watch(channel.getConnectivityState(false));
  }

  close(): void {
    this.#client.close();
  }

  async #ask<T>(
    method: Method,
    request: object,
    schema: z.ZodType<T>,
    { signal, timeoutMs = ANSWER_MS }: AskOptions = {},
  ): Promise<T> {
    throwIfCancelled(signal);
    const { path, requestSerialize, responseDeserialize } = methodOf(method);
    const metadata = new Metadata();
    if (this.#token !== undefined) metadata.set('authorization', `Bearer ${this.#token}`);
    const over = new AbortController();
    try {
      const answer = await new Promise<object | undefined>((resolve, reject) => {
        const call = this.#client.makeUnaryRequest(
          path,
          requestSerialize,
          responseDeserialize,
          request,
          metadata,
          { deadline: Date.now() + timeoutMs },
          (error, value) => (error ? reject(error) : resolve(value)),
        );
        signal?.addEventListener('abort', () => call.cancel(), { once: true, signal: over.signal });
      });
      const parsed = schema.safeParse(answer);
      if (parsed.success) return parsed.data;
      throw this.#failed('gave an answer that is not of this protocol');
    } catch (thrown) {
      if (signal?.aborted) throw cancelled(signal.reason);
      throw isServiceError(thrown) ? this.#meaning(thrown, timeoutMs) : thrown;
    } finally {
      over.abort();
    }
  }

  /** What a status of gRPC means to an artist. */
  #meaning(error: ServiceError, timeoutMs: number): StudioError {
    const why = error.details || 'no reason given';
    switch (error.code) {
      case status.UNAVAILABLE:
        if (MISTRUST.test(why)) return this.#refused(`cannot be trusted (${why})`, error);
        return this.#unreachable('does not answer', error);
      case status.DEADLINE_EXCEEDED:
        return this.#unreachable(`gave no answer in ${Math.round(timeoutMs / 1_000)} s`, error);
      case status.RESOURCE_EXHAUSTED:
        return this.#unreachable('is full', error);
      case status.CANCELLED:
      case status.ABORTED:
        return this.#unreachable('broke off', error);
      case status.UNAUTHENTICATED:
      case status.PERMISSION_DENIED:
        return this.#refused(`does not let the studio in (${why})`, error);
      case status.NOT_FOUND:
        return new StudioError('server-unsuitable', this.#says(`has no such model (${why})`), {
          cause: error,
        });
      case status.OK:
      case status.UNKNOWN:
      case status.INTERNAL:
      case status.DATA_LOSS:
      case status.UNIMPLEMENTED:
      case status.OUT_OF_RANGE:
      case status.ALREADY_EXISTS:
      case status.INVALID_ARGUMENT:
      case status.FAILED_PRECONDITION:
        return this.#failed(`failed (${why})`, error);
    }
  }

  #unreachable(what: string, cause?: Error): StudioError {
    return new StudioError('network-unreachable', this.#says(what), { cause });
  }

  #refused(what: string, cause?: Error): StudioError {
    return new StudioError('network-refused', this.#says(what), { cause });
  }

  #failed(what: string, cause?: Error): StudioError {
    return new StudioError('inference-failed', this.#says(what), { cause });
  }

  #says(what: string): string {
    return `The model server ${this.#address.text} ${what}. What was drawn before is kept.`;
  }
}

/** What TLS says of a certificate, or the other side of the studio's. */
const MISTRUST = /certificate|self.signed|CERT_|altnames|ssl|tls|alert|EPROTO/i;

const readySchema = z.object({ ready: z.boolean() });
const softwareSchema = z.object({ name: z.string(), version: z.string() });
const modelSchema = z.object({ name: z.string() });

let methods: Record<string, MethodDefinition<object, object>> | undefined;

/** How the protocol's requests are written and its answers read. */
function methodOf(method: Method): MethodDefinition<object, object> {
  methods ??= loadSync(path.join(import.meta.dirname, 'open-inference.proto'), {
    ...{ keepCase: true, longs: Number, defaults: true, arrays: true },
  })['inference.GRPCInferenceService'] as Record<string, MethodDefinition<object, object>>;
  const found = methods[method];
  if (!found) throw new Error(`The protocol has no ${method}.`);
  return found;
}

function isServiceError(thrown: unknown): thrown is ServiceError {
  return thrown instanceof Error && 'code' in thrown && 'details' in thrown && 'metadata' in thrown;
}
