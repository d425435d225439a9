import { expect, it } from 'vitest';
import { advancesOf, type ProgressEvent, trackProgress } from './progress.ts';

it('estimates the time left from the pace so far', () => {
  const events: ProgressEvent[] = [];
  let now = 0;
  const progress = trackProgress(
    'render',
    4,
    (event) => events.push(event),
    () => now,
  );
  now = 100;
  progress.advance();
  now = 300;
  progress.advance(3);
  progress.finish();
  expect(events).toEqual([
    { kind: 'started', task: 'render', total: 4 },
    { kind: 'advanced', task: 'render', done: 1, total: 4, remainingMs: 300 },
    { kind: 'advanced', task: 'render', done: 4, total: 4, remainingMs: 0 },
    { kind: 'finished', task: 'render', elapsedMs: 300 },
  ]);
});

it('tells which server did how much', () => {
  const told: unknown[] = [];
  const progress = trackProgress(
    'render',
    4,
    advancesOf('render', ({ servers }) => told.push(servers)),
  );
  progress.advance();
  progress.advance(2, 'grpc://one:8001');
  progress.advance(1, 'grpc://other:8001');
  const one = { address: 'grpc://one:8001', done: 2 };
  expect(told).toEqual([undefined, [one], [one, { address: 'grpc://other:8001', done: 1 }]]);
});

it('does not take for its own pace what was done at an earlier try', () => {
  const left: (number | null)[] = [];
  let now = 0;
  const onProgress = (event: ProgressEvent) =>
    event.kind === 'advanced' && left.push(event.remainingMs);
  const progress = trackProgress('render', 10, onProgress, () => now, 8);
  now = 100;
  progress.advance();
  expect(left).toEqual([100]);
});

it('tells how far one task is, and nothing of what comes before it', () => {
  const told: number[] = [];
  const onProgress = advancesOf('render', ({ done }) => told.push(done));
  trackProgress('load-models', 10, onProgress).advance(9);
  trackProgress('render', 3, onProgress).advance(2);
  expect(told).toEqual([2]);
});
