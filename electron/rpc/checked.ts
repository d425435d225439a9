import { StudioError } from '../contract/errors.ts';
import type { CallMethod, Methods, Service, StreamMethod } from '../contract/method.ts';
import { firstProblemInWords, inWords } from '../contract/problem.ts';

/** What was asked for cannot be, whatever there is. */
export class WrongInput extends StudioError {
  constructor(problem: string) {
    super(
      'invalid-argument',
      `This cannot be done as it was asked for. ${problem} Nothing was changed.`,
    );
  }
}

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
      const parsed = parseInput(method, input);
      const handler = handlers[name];
      if (!handler) throw notOffered(name);
      return handler(parsed, options);
    },
  ]);
  // The schemas that have passed are those the handlers' types come from.
  return Object.fromEntries(entries) as unknown as Service<M>;
}

/** @throws WrongInput */
function parseInput(method: CallMethod | StreamMethod, input: unknown): unknown {
  const parsed = method.input.safeParse(input, { error: inWords });
  if (parsed.success) return parsed.data;
  throw new WrongInput(firstProblemInWords(parsed.error));
}

export function notOffered(name: string): StudioError {
  return new StudioError('invalid-argument', `The studio offers no "${name}".`);
}
