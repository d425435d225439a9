import { createHash } from 'node:crypto';
import { cancelled, StudioError, throwIfCancelled } from '../../contract/errors.ts';
import type { CallOptions } from '../inference/inference.ts';
import type { Priority } from '../inference/scheduler.ts';
import type { ModelServer } from './model-server.ts';

/** What waits for a server. */
interface Asked {
  readonly model: string;
  /** Hash of what is to be done. */
  readonly recipe: string;
}

interface Waiting {
  readonly model: string;
  readonly priority: Priority;
  /** All servers, those first whose share it is. */
  readonly preferred: readonly ModelServer[];
  come(server: ModelServer): void;
  drop(error: StudioError): void;
}

/** How many a server has at a time: some that it computes, and others for when it is done with these. */
export const IN_FLIGHT = 4;

const ORDER: readonly Priority[] = ['interactive', 'background', 'idle'];

/** Who may ask a server next: no more at a time than each takes, and interactive work first. */
export class Turns {
  readonly #servers: readonly ModelServer[];
  /** How many each has now. */
  readonly #busy = new Map<ModelServer, number>();
  #waiting: Waiting[] = [];

  constructor(servers: readonly ModelServer[]) {
    this.#servers = servers;
  }

  /**
   * Runs `work` on the server that has least to do, as soon as one has room; of those that have as little, on the one
   * whose share it is by its recipe's hash, so that the same comes to the same server again.
   *
   * @throws StudioError `network-unreachable` where none is left that has the graph, and what `work` throws
   */
  async take<T>(
    asked: Asked,
    options: CallOptions,
    work: (server: ModelServer) => Promise<T>,
  ): Promise<T> {
    const server = await this.#turn(asked, options);
    try {
      return await work(server);
    } finally {
      this.#busy.set(server, this.#busyWith(server) - 1);
      this.#next();
    }
  }

  #turn(
    { model, recipe }: Asked,
    { signal, priority = 'background' }: CallOptions,
  ): Promise<ModelServer> {
    throwIfCancelled(signal);
    return new Promise((resolve, reject) => {
      const over = new AbortController();
      const waiting: Waiting = {
        ...{ model, priority, preferred: byShare(this.#servers, recipe) },
        come: (server) => {
          over.abort();
          resolve(server);
        },
        drop: (error) => {
          over.abort();
          reject(error);
        },
      };
      const leave = () => {
        this.#waiting = this.#waiting.filter((one) => one !== waiting);
        waiting.drop(cancelled(signal?.reason));
      };
      signal?.addEventListener('abort', leave, { once: true, signal: over.signal });
      this.#waiting.push(waiting);
      this.#next();
    });
  }

  #next(): void {
    const inOrder = ORDER.flatMap((priority) =>
      this.#waiting.filter((waiting) => waiting.priority === priority),
    );
    for (const waiting of inOrder) {
      const able = waiting.preferred.filter((server) => server.proven(waiting.model)?.isWorthIt);
      const [least] = able
        .filter((server) => this.#busyWith(server) < IN_FLIGHT)
        .sort((one, other) => this.#busyWith(one) - this.#busyWith(other));
      if (able.length > 0 && !least) continue;
      this.#waiting = this.#waiting.filter((one) => one !== waiting);
      if (!least) {
        waiting.drop(gone());
        continue;
      }
      this.#busy.set(least, this.#busyWith(least) + 1);
      waiting.come(least);
    }
  }

  #busyWith(server: ModelServer): number {
    return this.#busy.get(server) ?? 0;
  }
}

/** Highest random weight first: when a server goes, only its own share goes to others (Thaler & Ravishankar 1998). */
function byShare(servers: readonly ModelServer[], recipe: string): ModelServer[] {
  const weigh = ({ status }: ModelServer) =>
    createHash('sha256').update(`${status.address} ${recipe}`).digest('hex');
  const weighed = servers.map((server) => ({ server, weight: weigh(server) }));
  return weighed.sort((a, b) => (a.weight < b.weight ? 1 : -1)).map(({ server }) => server);
}

function gone(): StudioError {
  return new StudioError(
    'network-unreachable',
    'No model server answers. What was drawn before is kept.',
  );
}
