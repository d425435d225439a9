import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { StudioError } from '../../contract/errors.ts';
import type { Library } from './library.ts';
import { type LibraryChange, LibraryWatcher } from './watcher.ts';

beforeEach(() => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
});

it('looks again where the library could not be read, and misses nothing', () => {
  let version = 0;
  let isReadable = true;
  const changesSince = () => {
    if (isReadable) return [{ n: 1, id: 'a', kind: 'added' }];
    throw new StudioError('library-corrupt', 'A page cannot be read.');
  };
  const reader = { lastChange: () => 0, changesSince, boards: () => [] };
  const library = { foreignVersion: () => version, reader } as unknown as Library;
  const told: LibraryChange[] = [];
  const watcher = new LibraryWatcher(library, (change) => told.push(change));
  onTestFinished(() => watcher.close());
  version = 1;
  isReadable = false;
  vi.advanceTimersByTime(3_000);
  expect(told).toEqual([]);
  isReadable = true;
  vi.advanceTimersByTime(3_000);
  expect(told).toEqual([{ kind: 'library', added: ['a'], changed: [], removed: [] }]);
});
