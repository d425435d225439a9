/** The host's hold on one inference process, from its start to its end. */
import { StudioError, toStudioError } from '../../contract/errors.ts';
import { systemMeaning } from '../../contract/system-errors.ts';
import type { MessageEnd, Reply, RequestKind, RequestOf, Results } from './protocol.ts';
import { OVER_MEMORY } from './memory.ts';
import { replySchema, resultSchemas } from './protocol.ts';

/** A running inference process, however it was started. */
export interface InferenceProcess extends MessageEnd {
  readonly pid: number | undefined;
  /** Called once when the process is gone, with what is known of why; `cause` where it did not start. */
  onExit(listener: (reason: string, cause?: Error) => void): void;
  /** Ends it at once, in the middle of a computation if need be. */
  kill(): void;
}

export type SpawnInference = () => InferenceProcess;

interface Pending {
  resolve(result: unknown): void;
  reject(error: StudioError): void;
}

export class InferenceWorker {
  readonly #process: InferenceProcess;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  #endedBecause: string | undefined;
  #error: StudioError | undefined;

  constructor(spawn: SpawnInference) {
    this.#process = spawn();
    this.#process.onMessage((message) => this.#settle(replySchema.parse(message)));
    this.#process.onExit((reason, cause) => this.#end(reason, cause));
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get alive(): boolean {
    return this.#endedBecause === undefined;
  }

  /** What is known of why the process is gone; undefined while it lives. */
  get endedBecause(): string | undefined {
    return this.#endedBecause;
  }

  /**
   * Rejects with the process's own StudioError, or when it ends first with `inference-crashed`, or
   * `pack-over-budget` where it alone took too much memory.
   */
  async ask<K extends RequestKind>(request: RequestOf<K>): Promise<Results[K]> {
    const result = await new Promise<unknown>((resolve, reject) => {
      if (this.#error) {
        reject(this.#error);
        return;
      }
      const id = ++this.#lastId;
      this.#pending.set(id, { resolve, reject });
      this.#process.post({ id, request });
    });
    const kind: K = request.kind;
    return resultSchemas[kind].parse(result);
  }

  kill(): void {
    this.#process.kill();
  }

  #settle(reply: Reply): void {
    const pending = this.#pending.get(reply.id);
    this.#pending.delete(reply.id);
    if (reply.ok) pending?.resolve(reply.result);
    else pending?.reject(StudioError.from(reply.error));
  }

  #end(reason: string, cause?: Error): void {
    this.#endedBecause ??= reason;
    // Of several none can be blamed for the memory that was taken.
    const isOver = reason.includes(OVER_MEMORY) && this.#pending.size === 1;
    this.#error ??= systemError(reason, cause) ?? crashed(reason);
    const error = isOver ? overMemory(reason) : this.#error;
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }
}

/** What the system refused it, as its last words have it; null where it ended for another reason. */
function systemError(reason: string, cause?: Error): StudioError | null {
  const code = /\b(EMFILE|ENFILE|ENOMEM)\b/.exec(reason)?.[1];
  const error = code ? Object.assign(new Error(reason), { code }) : cause;
  return systemMeaning(error) ? toStudioError(error) : null;
}

function crashed(reason: string): StudioError {
  return new StudioError(
    'inference-crashed',
    'The inference process ended while it was computing. It starts again with the next request; ' +
      'should this repeat, try CLIP_FLOW_DEVICE=cpu.',
    { details: { reason } },
  );
}

function overMemory(reason: string): StudioError {
  return new StudioError(
    'pack-over-budget',
    'The model needed more memory than it may have, and its process was ended. What was finished before is kept; ' +
      'draw fewer portraits at a time, or use another pack.',
    { details: { reason } },
  );
}
