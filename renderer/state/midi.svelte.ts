import { z } from 'zod';
import { liveAddressSchema } from '../../electron/contract/live.ts';
import { isSameControl, type MidiControl, readMidi } from '../live/midi-message.ts';
import { SavedValues } from './saved-values.svelte.ts';

const MAX_MAPPINGS = 128;

const mappingSchema = z.object({
  /** Name of the controller: two of them may number their controls alike. */
  device: z.string(),
  control: z.object({
    kind: z.enum(['control', 'bend']),
    channel: z.int().min(1).max(16),
    number: z.int().min(0).max(119),
  }),
  /** What it moves. */
  address: liveAddressSchema,
});
export type MidiMapping = z.infer<typeof mappingSchema>;

const schema = z.object({ mappings: z.array(mappingSchema).max(MAX_MAPPINGS) });

/** Whether controllers can be heard: not asked for yet, not known to this browser, refused by the artist or system. */
export type MidiState = 'idle' | 'absent' | 'asking' | 'refused' | 'ready';

/** What is being learnt, as far as the hands have shown it. */
export interface Learning {
  readonly address: string | null;
  readonly moved: Omit<MidiMapping, 'address'> | null;
}

/** MIDI controllers, and what their controls move. */
export class Midi {
  readonly #saved = new SavedValues('midi', schema, () => ({ mappings: [] }));
  #state = $state<MidiState>('idle');
  #devices = $state.raw<readonly string[]>([]);
  #learning = $state.raw<Learning | null>(null);
  #onLearnt: (address: string) => void = () => undefined;
  readonly #onMove: (address: string, share: number) => void;

  /** @param onMove called with what is moved, and how far, 0 to 1 */
  constructor(onMove: (address: string, share: number) => void) {
    this.#onMove = onMove;
  }

  get state(): MidiState {
    return this.#state;
  }

  /** Names of the controllers that are there. */
  get devices(): readonly string[] {
    return this.#devices;
  }

  get mappings(): readonly MidiMapping[] {
    return this.#saved.now.mappings;
  }

  /** Null while nothing is learnt. */
  get learning(): Learning | null {
    return this.#learning;
  }

  /** Asks for the controllers again that are used already; whoever uses none is asked for nothing. */
  async resume(): Promise<void> {
    if (this.mappings.length > 0) await this.start();
  }

  /** Asks the browser for controllers. */
  async start(): Promise<void> {
    if (this.#state === 'ready' || this.#state === 'asking') return;
    if (!('requestMIDIAccess' in navigator)) return void (this.#state = 'absent');
    this.#state = 'asking';
    try {
      this.#listen(await navigator.requestMIDIAccess());
      this.#state = 'ready';
    } catch {
      this.#state = 'refused';
    }
  }

  /** Waits for something to be touched and for a control to be moved, in any order, and joins the two. */
  async learn(onLearnt: (address: string) => void): Promise<void> {
    await this.start();
    if (this.#state !== 'ready') return;
    this.#onLearnt = onLearnt;
    this.#learning = { address: null, moved: null };
  }

  /** Something that can be moved was touched. */
  choose(address: string): void {
    if (this.#learning) this.#join({ ...this.#learning, address });
  }

  stopLearning(): void {
    this.#learning = null;
  }

  forget(mapping: MidiMapping): void {
    this.#saved.put({ mappings: this.mappings.filter((other) => other !== mapping) });
  }

  #listen(access: MIDIAccess): void {
    const attach = (): void => {
      const inputs = [...access.inputs.values()].filter(({ state }) => state === 'connected');
      this.#devices = inputs.map(nameOf);
      for (const input of inputs) {
        input.onmidimessage = ({ data }) => data && this.#take(nameOf(input), data);
      }
    };
    access.onstatechange = attach;
    attach();
  }

  #take(device: string, message: Uint8Array): void {
    const move = readMidi(message);
    if (!move) return;
    const { control, share } = move;
    if (this.#learning) return this.#join({ ...this.#learning, moved: { device, control } });
    for (const mapping of this.mappings) {
      if (isOf(mapping, device, control)) this.#onMove(mapping.address, share);
    }
  }

  /** Keeps what is known of both; what the target was moved by before moves it no more. */
  #join(learning: Learning): void {
    const { address, moved } = learning;
    if (address === null || moved === null) return void (this.#learning = learning);
    const others = this.mappings.filter((other) => other.address !== address);
    this.#saved.put({ mappings: [...others, { ...moved, address }].slice(-MAX_MAPPINGS) });
    this.#learning = null;
    this.#onLearnt(address);
  }
}

function nameOf({ name, id }: MIDIInput): string {
  return name ?? id;
}

function isOf(mapping: MidiMapping, device: string, control: MidiControl): boolean {
  return mapping.device === device && isSameControl(mapping.control, control);
}
