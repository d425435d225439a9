import {
  type LiveEvent,
  liveAddressSchema,
  type LiveState,
  type LiveValue,
} from '../../contract/live.ts';
import { aborted } from '../jobs/abort.ts';
import { LatestValues } from './latest-values.ts';
import { readOsc } from './osc.ts';
import { openOscSocket, type OscSocket } from './osc-socket.ts';

type OnEvent = (event: LiveEvent) => void;

/** What the studio's addresses begin with. */
const ROOT = '/clip-flow/';
/** Counts within this time are told as one. */
const TELL_MS = 250;
const NOTHING: LiveState = { port: null, taken: 0, malformed: 0, unknown: 0 };

/** Values from outside, on their way to every window. One for the studio, whichever library it has open. */
export class LiveInput {
  readonly #listeners = new Set<OnEvent>();
  readonly #latest = new LatestValues((values) => this.#publish({ kind: 'values', values }));
  #state = NOTHING;
  #socket: OscSocket | null = null;
  #timer: NodeJS.Timeout | undefined;
  /** Opening and closing, one after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  /**
   * Listens to OSC on a port of this machine alone, and on no other any more.
   *
   * @param port 0 for any that is free
   * @throws StudioError `port-busy`, `access-denied`; then nothing is listened to
   */
  open(port: number): Promise<LiveState> {
    return this.#inTurn(async () => {
      if (this.#socket?.port === port) return this.#state;
      await this.#closeSocket();
      this.#socket = await openOscSocket(
        port,
        (packet) => this.#take(packet),
        () => void this.close(),
      );
      this.#set({ ...NOTHING, port: this.#socket.port });
      return this.#state;
    });
  }

  /** Listens to nothing any more. */
  close(): Promise<void> {
    return this.#inTurn(() => this.#closeSocket());
  }

  /** Tells how things stand and then what comes, until the signal fires, and rejects with `cancelled`. */
  async follow(onEvent: OnEvent, signal: AbortSignal | undefined): Promise<never> {
    onEvent({ kind: 'state', state: this.#state });
    this.#listeners.add(onEvent);
    try {
      return await aborted(signal);
    } finally {
      this.#listeners.delete(onEvent);
    }
  }

  #inTurn<T>(step: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(step);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #closeSocket(): Promise<void> {
    const socket = this.#socket;
    if (!socket) return;
    this.#socket = null;
    this.#latest.stop();
    await socket.close();
    this.#set(NOTHING);
  }

  #take(packet: Uint8Array): void {
    const messages = readOsc(packet);
    if (!messages) return this.#count({ malformed: 1 });
    const values = messages.filter((message): message is LiveValue => isForUs(message));
    this.#count({ taken: values.length, unknown: messages.length - values.length });
    this.#latest.put(values);
  }

  #count(counted: Partial<LiveState>): void {
    const { taken, malformed, unknown } = this.#state;
    this.#state = {
      ...this.#state,
      taken: taken + (counted.taken ?? 0),
      malformed: malformed + (counted.malformed ?? 0),
      unknown: unknown + (counted.unknown ?? 0),
    };
    this.#timer ??= setTimeout(() => this.#set(this.#state), TELL_MS);
  }

  #set(state: LiveState): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#state = state;
    this.#publish({ kind: 'state', state });
  }

  #publish(event: LiveEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

function isForUs({ address, value }: { address: string; value: number | null }): boolean {
  return value !== null && address.startsWith(ROOT) && liveAddressSchema.safeParse(address).success;
}
