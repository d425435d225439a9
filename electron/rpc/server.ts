import { StudioError, toStudioError } from '../contract/errors.ts';
import type { Methods, Service, StreamOptions } from '../contract/method.ts';
import { checked, notOffered } from './checked.ts';
import { fitsLimits } from './message-limits.ts';
import type { Port } from './port.ts';
import { type ClientMessage, clientMessageSchema, type ServerMessage } from './protocol.ts';

export interface ServeOptions {
  /** How many calls may run at once, those that were cancelled and that still end included. */
  readonly maxRunning?: number;
}

/**
 * Serves `service` to whoever is at the other end of `port`, until it closes; what then still runs is
 * cancelled. Input that does not fit a method's schema is refused before it reaches the service. A
 * peer that does not speak the protocol is hung up on.
 */
export function serve<M extends Methods>(
  methods: M,
  service: Service<M>,
  port: Port,
  { maxRunning = Infinity }: ServeOptions = {},
): void {
  const handlers = checked(methods, service);
  const running = new Map<number, AbortController>();
  const post = (message: ServerMessage) => port.post(message);

  port.onMessage((message) => {
    const parsed = fitsLimits(message) ? clientMessageSchema.safeParse(message) : undefined;
    if (!parsed?.success) return port.close();
    if (parsed.data.type === 'cancel') return running.get(parsed.data.id)?.abort();
    if (running.has(parsed.data.id)) return port.close();
    if (running.size >= maxRunning) return refuse(parsed.data.id, tooMany(maxRunning));
    void answer(parsed.data);
  });
  port.onClose(() => {
    for (const controller of running.values()) controller.abort();
  });

  function refuse(id: number, reason: unknown): void {
    post({ type: 'failed', id, error: toStudioError(reason).toJSON() });
  }

  async function answer({ id, method, input }: ClientMessage & { type: 'request' }): Promise<void> {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      const output = await find(handlers, method)(input, {
        signal: controller.signal,
        onEvent: (event) => post({ type: 'event', id, event }),
      });
      post({ type: 'done', id, output });
    } catch (thrown) {
      refuse(id, thrown);
    } finally {
      running.delete(id);
    }
  }
}

type Handler = (input: unknown, options: StreamOptions<unknown>) => Promise<unknown>;

/** @throws StudioError `invalid-argument` */
function find(handlers: object, name: string): Handler {
  const handler = Object.hasOwn(handlers, name)
    ? (handlers as Record<string, Handler>)[name]
    : undefined;
  if (handler) return handler;
  throw notOffered(name);
}

function tooMany(maxRunning: number): StudioError {
  return new StudioError(
    'too-many-requests',
    `${maxRunning} requests are being answered already. Nothing was begun; wait until some have ended.`,
  );
}
