import { StudioError } from '../contract/errors.ts';
import type { CallMethod, Methods, Service, StreamMethod } from '../contract/method.ts';
import { firstProblem } from '../contract/problem.ts';

/** A method of a service, whichever it is. */
type Handler = (input: unknown, options?: object) => Promise<unknown>;

/**
 * The same service, with every input checked by its method's schema before it gets there: what serves
 * those who are in the same process, and what stands behind every transport.
 */
export function checked<M extends Methods>(methods: M, service: Service<M>): Service<M> {
  const handlers = service as Record<string, Handler | undefined>;
  const entries = Object.entries(methods).map(([name, method]): [string, Handler] => [
    name,
    async (input, options) => {
      const parsed = parseInput(name, method, input);
      const handler = handlers[name];
      if (!handler) throw notOffered(name);
      return handler(parsed, options);
    },
  ]);
  // The schemas that have passed are those the handlers' types come from.
  return Object.fromEntries(entries) as unknown as Service<M>;
}

/** @throws StudioError `invalid-argument` */
function parseInput(name: string, method: CallMethod | StreamMethod, input: unknown): unknown {
  const parsed = method.input.safeParse(input);
  if (parsed.success) return parsed.data;
  const message = `"${name}" was asked for with wrong input.\n${firstProblem(parsed.error)}`;
  throw new StudioError('invalid-argument', message);
}

export function notOffered(name: string): StudioError {
  return new StudioError('invalid-argument', `The studio offers no "${name}".`);
}
