import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { StudioError } from '../../contract/errors.ts';
import type { ModelServerStatus } from '../../contract/model-server.ts';
import { untold } from '../../engine/servers/untold.ts';
import { tellOfServers, tellOfWaiting } from './told-servers.ts';

const [BOX, OTHER] = ['grpcs://box:8001', 'grpcs://other:443'];
let said: unknown[];

beforeEach(() => {
  said = [];
  const spy = vi
    .spyOn(console, 'error')
    .mockImplementation((line: unknown) => void said.push(line));
  onTestFinished(() => spy.mockRestore());
});

const gone = (address: string, waitsMs: number | null): ModelServerStatus => ({
  ...untold(address, 'unreachable', `${address} does not answer.`),
  waitsMs,
});

it('each server that is waited for is told of once, and again when it went away again', () => {
  const servers = { statuses: [gone(BOX, null)], subscribe: vi.fn<(tell: () => void) => void>() };
  tellOfWaiting(servers, (say) => say());
  const [tell] = servers.subscribe.mock.calls[0]!;
  const change = (...statuses: ModelServerStatus[]) => {
    servers.statuses = statuses;
    tell();
  };
  change(gone(BOX, 120_000));
  change(gone(BOX, 120_000), gone(OTHER, 120_000));
  change(gone(BOX, null));
  change(gone(BOX, 5_000));
  expect(said).toEqual([
    'Waiting for grpcs://box:8001, up to 2 min.',
    'Waiting for grpcs://other:443, up to 2 min.',
    'Waiting for grpcs://box:8001, up to 5 s.',
  ]);
});

it('what the error says at the end is not said twice', () => {
  const servers = [gone(BOX, null), gone(OTHER, null)];
  tellOfServers(servers, new StudioError('network-unreachable', `${BOX} does not answer.`));
  expect(said).toEqual([`${OTHER} does not answer.`]);
});
