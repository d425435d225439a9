/** A knob, fader or wheel of a MIDI controller. */
export interface MidiControl {
  readonly kind: 'control' | 'bend';
  /** 1 to 16. */
  readonly channel: number;
  /** 0 to 119; of a wheel 0. */
  readonly number: number;
}

export interface MidiMove {
  readonly control: MidiControl;
  /** How far it is turned, 0 to 1. */
  readonly share: number;
}

const CONTROL_CHANGE = 0xb0;
const PITCH_BEND = 0xe0;
/** From here on control changes are orders to the channel, such as "all notes off". */
const FIRST_MODE = 120;
const MOST = 127;
const MOST_BEND = 16_383;

/** What a message says of a control (MIDI 1.0, table 1); null where it says anything else. */
export function readMidi(message: Uint8Array): MidiMove | null {
  const [status = 0, first = 0, second = 0] = message;
  const channel = (status & 0x0f) + 1;
  if (message.length !== 3 || first > MOST || second > MOST) return null;
  switch (status & 0xf0) {
    case CONTROL_CHANGE:
      if (first >= FIRST_MODE) return null;
      return { control: { kind: 'control', channel, number: first }, share: second / MOST };
    case PITCH_BEND:
      return {
        control: { kind: 'bend', channel, number: 0 },
        share: ((second << 7) | first) / MOST_BEND,
      };
    default:
      return null;
  }
}

export function isSameControl(a: MidiControl, b: MidiControl): boolean {
  return a.kind === b.kind && a.channel === b.channel && a.number === b.number;
}
