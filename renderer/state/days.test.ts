import './test-window.ts';
import { expect, it } from 'vitest';
import type { StudioService } from '../../electron/contract/service.ts';
import { Days } from './days.svelte.ts';
import { ALL, type Source } from './source.ts';

/** Days of a list that can be changed, whose groups come when the test says. */
function openDays() {
  const answers: ((keys: string[]) => void)[] = [];
  let source: Source = ALL;
  const service = {
    groups: () =>
      new Promise((resolve) => {
        answers.push((keys) => resolve(keys.map((key) => ({ key, count: 1 }))));
      }),
  } as unknown as StudioService;
  const days = new Days(service, () => source);
  const show = (next: Source) => {
    source = next;
    days.reset();
  };
  return { days, answers, show };
}

it('days are those of the list that is shown, also where another one was asked for before', async () => {
  const { days, answers, show } = openDays();
  const first = days.read();
  show({ ...ALL, query: 'tag:sea' });
  const second = days.read();
  answers[1]?.(['2026-02-01', '2026-02-02']);
  await second;
  answers[0]?.(['2026-01-01']);
  await first;
  expect(days.all.map(({ at }) => at.getMonth())).toEqual([1, 1]);
});

it('days of a list are gone as soon as another one is shown, and are read for it at once', async () => {
  const { days, answers, show } = openDays();
  const first = days.read();
  answers[0]?.(['2026-01-01']);
  await first;
  show({ ...ALL, reverse: true });
  expect(days.all).toEqual([]);
  const second = days.read();
  answers[1]?.(['2026-02-01', '2026-03-01']);
  await second;
  expect(days.all.map(({ at }) => at.getMonth())).toEqual([2, 1]);
});
