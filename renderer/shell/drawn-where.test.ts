import { describe, expect, it } from 'vitest';
import type {
  ModelServerSettings,
  ModelServerStatus,
} from '../../electron/contract/model-server.ts';
import { drawnWhere, reasonsOf } from './drawn-where.ts';

const SETTINGS: ModelServerSettings = {
  ...{ servers: [], fallback: false, graphs: 'auto', fixed: false },
  ...{ authority: null, certificate: null, key: null, hasToken: false },
};

const server = (
  address: string,
  state: ModelServerStatus['state'],
  isUsed = true,
): ModelServerStatus => {
  const graph = { graph: 'synthesis.onnx', thereMs: 1, hereMs: 1, isUsed };
  return {
    ...{ address, state, reason: '', waitsMs: null, software: null },
    ...{ roundTripMs: null, exactness: null },
    graphs: state === 'ready' ? [{ ...graph, exactness: 'same-bytes' }] : [],
    drawn: 0,
  };
};

const where = (servers: ModelServerStatus[], fallback = false) =>
  drawnWhere({ servers, serverSettings: { ...SETTINGS, fallback }, device: { used: 'cpu' } });

const [BOX, OTHER] = ['grpcs://box:8001', 'grpcs://other:443'];

describe('where portraits are drawn', () => {
  it('is this machine without servers, and where all are slower', () => {
    expect(where([])).toBeNull();
    expect(where([server(BOX, 'ready', false)])).toBeNull();
  });

  it.each([
    ['one that draws', [server(BOX, 'ready')], 'box', '', 'good'],
    ['one that was not tried', [server(BOX, 'untried')], 'box', '', 'idle'],
    ['one that was not allowed', [server(BOX, 'unasked')], 'box', '(allow?)', 'idle'],
    ['one that is gone', [server(BOX, 'unreachable')], 'box', '(gone)', 'warn'],
    ['one that was refused', [server(OTHER, 'refused')], 'other:443', '(unused)', 'warn'],
    ['two', [server(BOX, 'ready'), server(OTHER, 'ready')], '2 of 2 servers', '', 'good'],
    [
      'two of which one is gone',
      [server(BOX, 'unreachable'), server(OTHER, 'ready')],
      '1 of 2 servers',
      '',
      'warn',
    ],
  ] as const)('is said of %s', (_, servers, name, says, look) => {
    expect(where([...servers])).toEqual({ name, says, look });
  });

  it('is this machine instead of one that is gone, where that is allowed', () => {
    expect(where([server(BOX, 'unreachable')], true)).toEqual({
      name: 'CPU',
      says: '(no server)',
      look: 'warn',
    });
  });
});

it('why names each server once, and what is waited for', () => {
  const gone = {
    ...server(BOX, 'unreachable'),
    reason: `${BOX} does not answer.`,
    waitsMs: 120_000,
  };
  const untried = { ...server(OTHER, 'untried'), reason: 'asked when the first portrait is drawn' };
  expect(reasonsOf([gone, untried])).toBe(
    `Waiting for box, up to 2 min. ${BOX} does not answer. ${OTHER}: asked when the first portrait is drawn.`,
  );
});
