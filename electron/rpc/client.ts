import { StudioError, throwIfCancelled, cancelled } from '../contract/errors.ts';
import type {
  CallMethod,
  Methods,
  Service,
  StreamMethod,
  StreamOptions,
} from '../contract/method.ts';
import type { Port } from './port.ts';
import { type ClientMessage, type ServerMessage, serverMessageSchema } from './protocol.ts';

export type { Port } from './port.ts';

interface Pending {
  onEvent(event: unknown): void;
  resolve(output: unknown): void;
  reject(error: unknown): void;
}

/**
 * The service at the other end of `port`, as if it were here. Cancelling rejects at once and tells
 * the server; when the connection ends, everything pending rejects with `disconnected`.
 */
export function createClient<M extends Methods>(methods: M, port: Port): Service<M> {
  const connection = new Connection(port);
  const functions = Object.entries(methods).map(([name, method]) => [
    name,
    (input: unknown, options?: StreamOptions<unknown>) =>
      connection.request(name, method, input, options),
  ]);
  return Object.fromEntries(functions) as Service<M>;
}

class Connection {
  readonly #port: Port;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  #closed = false;

  constructor(port: Port) {
    this.#port = port;
    port.onMessage((message) => this.#take(serverMessageSchema.parse(message)));
    port.onClose(() => this.#end());
  }

  async request(
    name: string,
    method: CallMethod | StreamMethod,
    input: unknown,
    { signal, onEvent }: StreamOptions<unknown> = {},
  ): Promise<unknown> {
    throwIfCancelled(signal);
    if (this.#closed) throw disconnected();
    const id = ++this.#lastId;
    const cancel = () => this.#cancel(id, signal?.reason);
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      const output = await new Promise<unknown>((resolve, reject) => {
        this.#pending.set(id, {
          resolve,
          reject,
          onEvent: (event) => {
            if (method.kind === 'stream') onEvent?.(method.event.parse(event));
          },
        });
        this.#post({ type: 'request', id, method: name, input });
      });
      return method.output.parse(output);
    } finally {
      this.#pending.delete(id);
      signal?.removeEventListener('abort', cancel);
    }
  }

  #cancel(id: number, reason: unknown): void {
    this.#pending.get(id)?.reject(cancelled(reason));
    this.#post({ type: 'cancel', id });
  }

  #take(message: ServerMessage): void {
    const pending = this.#pending.get(message.id);
    switch (message.type) {
      case 'event':
        return pending?.onEvent(message.event);
      case 'done':
        return pending?.resolve(message.output);
      case 'failed':
        return pending?.reject(StudioError.from(message.error));
    }
  }

  #end(): void {
    this.#closed = true;
    for (const { reject } of this.#pending.values()) reject(disconnected());
  }

  #post(message: ClientMessage): void {
    this.#port.post(message);
  }
}

function disconnected(): StudioError {
  return new StudioError(
    'disconnected',
    'The connection to the studio was lost. What was finished is kept. Start the studio again, or reload.',
  );
}
