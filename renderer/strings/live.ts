/** What moves the window from outside, and what it shows outside. */
import type { LiveState } from '../../electron/contract/live.ts';
import type { MidiControl } from '../live/midi-message.ts';
import type { MidiState } from '../state/midi.svelte.ts';

const counted = (n: number, one: string, many: string) =>
  `${n.toLocaleString('en')} ${n === 1 ? one : many}`;

const controlOf = ({ kind, channel, number }: MidiControl) =>
  `${kind === 'bend' ? 'pitch wheel' : `control ${number}`}, channel ${channel}`;

export const liveStrings = {
  live: {
    title: 'Live',
    command: 'Live: controllers and output…',
    text: 'Sliders, Between and the timeline, moved by knobs, faders and other programs, and shown without anything around them.',
    targets: {
      between: 'Between: position',
      timeline: 'Timeline: moment',
    },
    osc: {
      title: 'Other programs',
      allow: 'Let programs on this machine move it',
      hint: 'By OSC over UDP, from this machine alone.',
      port: 'Port',
      wrongPort: 'Choose a whole number from 1,024 to 65,535.',
      listening: (port: number) => `Send to 127.0.0.1, port ${port}.`,
      counts: ({ taken, malformed, unknown }: LiveState) =>
        [
          taken === 0 ? 'Nothing came yet' : counted(taken, 'value came', 'values came'),
          malformed > 0 && counted(malformed, 'packet was no OSC', 'packets were no OSC'),
          unknown > 0 &&
            counted(unknown, 'message was for nothing here', 'messages were for nothing here'),
        ]
          .filter((part) => part !== false)
          .join(', '),
      addresses: 'Addresses',
      reach: (min: number, max: number) =>
        `${min} to ${Number(max.toFixed(2))}`.replaceAll('-', '−'),
    },
    midi: {
      title: 'MIDI controllers',
      states: {
        idle: 'A knob or fader moves a slider, Between or the timeline. Your browser may ask first.',
        absent: 'This browser knows no MIDI. Chrome, Edge and the desktop app do.',
        asking: 'Your browser asks whether it may use MIDI.',
        refused:
          'MIDI may not be used: your browser or system said no. Allow it for this page and try again.',
        ready: 'A knob or fader moves a slider, Between or the timeline.',
      } satisfies Record<MidiState, string>,
      none: 'No controller is connected.',
      devices: (names: readonly string[]) => `Connected: ${names.join(', ')}.`,
      learn: 'Learn a control',
      list: 'Learnt controls',
      mapping: (title: string, device: string, control: MidiControl) =>
        `${title}: ${device}, ${controlOf(control)}`,
      forget: (title: string) => `Forget the control of ${title}`,
      elsewhere: 'Something of another model',
      begin:
        'Touch what is to be moved: a slider, the thumb of Between, the moment of the timeline.',
      beginWith: (control: MidiControl) =>
        `That was ${controlOf(control)}. Now touch what it is to move.`,
      move: (title: string) => `${title}: now move a knob or fader.`,
      learnt: (title: string) => `${title} now follows that control.`,
    },
    output: {
      title: 'Output',
      text: 'A page of its own with nothing but the picture, for a projector or another screen.',
      open: 'Open output',
      blocked: 'Your browser did not open it. Allow pop-ups for this page and try again.',
      fps: 'Frames a second',
      waiting: 'Waiting for the studio’s window.',
      picture: 'What the studio shows',
      full: 'Full screen (F)',
    },
  },
};
