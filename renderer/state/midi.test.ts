import './test-window.ts';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Midi } from './midi.svelte.ts';

const SLIDER = '/clip-flow/slider/age';
const POSITION = '/clip-flow/between/position';

/** A controller with its browser. */
function plugIn(name = 'Pads') {
  const input: Pick<MIDIInput, 'id' | 'name' | 'state' | 'onmidimessage'> = {
    ...{ id: '1', name, state: 'connected', onmidimessage: null },
  };
  const access = { inputs: new Map([['1', input]]), onstatechange: null };
  vi.stubGlobal('navigator', { requestMIDIAccess: vi.fn(() => Promise.resolve(access)) });
  const send = (...bytes: number[]) =>
    input.onmidimessage?.call(
      input as MIDIInput,
      { data: Uint8Array.from(bytes) } as unknown as MIDIMessageEvent,
    );
  return { access, input, send };
}

function open() {
  const moved: [string, number][] = [];
  return { moved, midi: new Midi((...move) => moved.push(move)) };
}

beforeEach(() => localStorage.clear());

describe('MIDI', () => {
  it('joins what was touched to the control that is moved, in any order, and remembers it', async () => {
    const { send } = plugIn();
    const { midi, moved } = open();
    const learnt = vi.fn();
    await midi.learn(learnt);
    expect(midi.state).toBe('ready');
    midi.choose(POSITION);
    midi.choose(SLIDER);
    send(0x90, 60, 1);
    expect(midi.learning).toEqual({ address: SLIDER, moved: null });
    send(0xb0, 7, 10);
    expect(midi.learning).toBeNull();
    await midi.learn(learnt);
    send(0xe0, 0, 64);
    midi.choose(POSITION);
    expect(learnt.mock.calls).toEqual([[SLIDER], [POSITION]]);
    expect(moved).toEqual([]);
    send(0xb0, 7, 127);
    send(0xb0, 8, 127);
    send(0xe0, 127, 127);
    expect(moved).toEqual([
      [SLIDER, 1],
      [POSITION, 1],
    ]);
    const { midi: next, moved: later } = open();
    await next.resume();
    send(0xb0, 7, 0);
    expect(later).toEqual([[SLIDER, 0]]);
  });

  it('lets a target follow one control, a control move several, and forgets what it is told to', async () => {
    const { send } = plugIn();
    const { midi, moved } = open();
    for (const [address, number] of [
      [SLIDER, 1],
      [SLIDER, 2],
      [POSITION, 2],
    ] as const) {
      await midi.learn(() => undefined);
      midi.choose(address);
      send(0xb0, number, 0);
    }
    send(0xb0, 1, 127);
    expect(moved).toEqual([]);
    send(0xb0, 2, 127);
    expect(moved).toEqual([
      [SLIDER, 1],
      [POSITION, 1],
    ]);
    midi.forget(midi.mappings[0]!);
    expect(midi.mappings.map(({ address }) => address)).toEqual([POSITION]);
  });

  it('hears a controller that comes later, by its name', async () => {
    const { access, input, send } = plugIn();
    access.inputs.clear();
    const { midi } = open();
    await midi.start();
    expect(midi.devices).toEqual([]);
    access.inputs.set('1', input);
    (access as unknown as MIDIAccess).onstatechange?.call(
      access as unknown as MIDIAccess,
      {} as MIDIConnectionEvent,
    );
    expect(midi.devices).toEqual(['Pads']);
    await midi.learn(() => undefined);
    midi.choose(SLIDER);
    send(0xb0, 1, 0);
    expect(midi.mappings[0]?.device).toBe('Pads');
  });

  it('asks for nothing where nothing was learnt, and says what is not there', async () => {
    plugIn();
    const { midi } = open();
    await midi.resume();
    expect(navigator.requestMIDIAccess).not.toHaveBeenCalled();
    vi.stubGlobal('navigator', {});
    await midi.learn(() => undefined);
    expect([midi.state, midi.learning]).toEqual(['absent', null]);
    vi.stubGlobal('navigator', { requestMIDIAccess: () => Promise.reject(new Error('no')) });
    await midi.start();
    expect(midi.state).toBe('refused');
  });
});
