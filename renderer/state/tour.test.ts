import './test-window.ts';
import { expect, it } from 'vitest';
import { TOUR, Tour } from './tour.svelte.ts';
import { View } from './view.svelte.ts';

const soon = () => new Promise((resolve) => requestAnimationFrame(resolve));

it('a tour goes by what is shown, back and forth, and leaves out what is gone meanwhile', async () => {
  const [words, next, places] = TOUR.map(({ at }) => at);
  const shown = new Set<string | undefined>([words, next, places]);
  const view = new View();
  view.go('models');
  const tour = new Tour(view, (selector) => (shown.has(selector) ? ({} as Element) : null));
  expect([tour.stop, tour.target]).toEqual([null, null]);
  tour.start();
  await soon();
  expect([view.place, tour.stop?.stop, tour.number, tour.count]).toEqual(['create', 'words', 1, 3]);
  tour.back();
  expect(tour.stop?.stop).toBe('words');
  shown.delete(next);
  tour.next();
  expect([tour.stop?.stop, tour.isLast]).toEqual(['places', true]);
  tour.back();
  expect(tour.stop?.stop).toBe('words');
  tour.next();
  tour.next();
  expect(tour.stop).toBeNull();
});

it('a tour is none where nothing of it is shown', async () => {
  const tour = new Tour(new View(), () => null);
  tour.start();
  await soon();
  expect(tour.stop).toBeNull();
});
