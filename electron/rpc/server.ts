import { z } from 'zod';
import { StudioError, toStudioError } from '../contract/errors.ts';
import type {
  CallMethod,
  Methods,
  Service,
  StreamMethod,
  StreamOptions,
} from '../contract/method.ts';
import type { Port } from './port.ts';
import { type ClientMessage, clientMessageSchema, type ServerMessage } from './protocol.ts';

/**
 * Serves `service` to whoever is at the other end of `port`, until it closes; what then still runs is
 * cancelled. Input that does not fit a method's schema is refused before it reaches the service. A
 * peer that does not speak the protocol is hung up on.
 */
export function serve<M extends Methods>(methods: M, service: Service<M>, port: Port): void {
  const running = new Map<number, AbortController>();
  const post = (message: ServerMessage) => port.post(message);

  port.onMessage((message) => {
    const parsed = clientMessageSchema.safeParse(message);
    if (!parsed.success) return port.close();
    if (parsed.data.type === 'cancel') return running.get(parsed.data.id)?.abort();
    if (running.has(parsed.data.id)) return port.close();
    void answer(parsed.data);
  });
  port.onClose(() => {
    for (const controller of running.values()) controller.abort();
  });

  async function answer({ id, method, input }: ClientMessage & { type: 'request' }): Promise<void> {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      const output = await dispatch(methods, service, method, input, {
        signal: controller.signal,
        onEvent: (event) => post({ type: 'event', id, event }),
      });
      post({ type: 'done', id, output });
    } catch (thrown) {
      post({ type: 'failed', id, error: toStudioError(thrown).toJSON() });
    } finally {
      running.delete(id);
    }
  }
}

type Handler = (input: unknown, options: StreamOptions<unknown>) => Promise<unknown>;

async function dispatch<M extends Methods>(
  methods: M,
  service: Service<M>,
  name: string,
  input: unknown,
  options: StreamOptions<unknown>,
): Promise<unknown> {
  const method = find(methods, name);
  const checked = method.input.safeParse(input);
  if (!checked.success) {
    const message = `"${name}" was asked for with wrong input.\n${z.prettifyError(checked.error)}`;
    throw new StudioError('invalid-argument', message);
  }
  // The schema that has just passed is the one the handler's type comes from.
  const handlers = service as Record<string, Handler>;
  return handlers[name]?.(checked.data, options);
}

function find(methods: Methods, name: string): CallMethod | StreamMethod {
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (method) return method;
  throw new StudioError('invalid-argument', `The studio offers no "${name}".`);
}
