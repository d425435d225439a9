import './test-window.ts';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { filterOf, Search } from './search.svelte.ts';
import { ALL, type Source } from './source.ts';

let shown: Source[];
let search: Search;
beforeEach(() => {
  vi.useFakeTimers();
  shown = [];
  search = new Search(
    (source) => shown.push(source),
    (name) => (name === 'Series' ? 'series-id' : null),
  );
  return () => vi.useRealTimers();
});

const last = () => shown.at(-1)?.query;
const texts = () => search.chips.map(({ term, isOn }) => `${term.name} ${term.value} ${isOn}`);

describe('what is typed', () => {
  it('is looked for after a pause, once', () => {
    for (const text of ['a', 'a ', 'a man']) search.type(text);
    expect(shown).toEqual([]);
    vi.runAllTimers();
    search.enter();
    expect(shown.map(({ query }) => query)).toEqual(['a man']);
  });

  it('becomes a chip where a space ends a filter; until then the filter waits', () => {
    search.type('man tag:se');
    vi.runAllTimers();
    expect(last()).toBe('man');
    search.type('man tag:sea ');
    expect(search.text).toBe('man ');
    expect(texts()).toEqual(['tag sea true']);
    expect(last()).toBe('tag:sea man');
    search.type('seed:7');
    search.enter();
    expect(last()).toBe('tag:sea seed:7');
    search.editLast();
    expect(search.text).toBe('seed:7');
    expect(texts()).toEqual(['tag sea true']);
  });

  it('that cannot be read is told with its place, and what is shown stays', () => {
    search.type('man ');
    vi.runAllTimers();
    search.type('man mood:happy');
    vi.runAllTimers();
    expect(search.unreadable).toBeNull();
    search.enter();
    expect(search.unreadable).toMatchObject({ at: 4, message: expect.stringContaining('mood') });
    expect(shown).toHaveLength(1);
    search.type('man');
    expect(search.unreadable).toBeNull();
  });
});

describe('what is clicked', () => {
  it('is the same as what is typed', () => {
    search.toggle(filterOf('tag', 'by the sea'));
    expect(last()).toBe('tag:"by the sea"');
    search.write('TAG:"by the sea"');
    expect(search.chips).toHaveLength(1);
    search.toggle(filterOf('tag', 'By the sea'));
    expect(last()).toBe('');
  });

  it('is turned off without being gone', () => {
    search.toggle(filterOf('tag', 'sea'));
    search.turn(search.chips[0]!);
    expect(last()).toBe('');
    expect(texts()).toEqual(['tag sea false']);
    search.turn(search.chips[0]!);
    expect(last()).toBe('tag:sea');
  });

  it('is one label and one rating, and as many tags as there are', () => {
    for (const label of ['red', 'blue']) search.toggle(filterOf('label', label));
    for (const tag of ['sea', 'sky']) search.toggle(filterOf('tag', tag));
    expect(last()).toBe('label:blue tag:sea tag:sky');
  });

  it('is one shelf or one board, which has its own order', () => {
    search.showShelf('starred');
    search.toggle(filterOf('tag', 'sea'));
    search.showBoard('Series');
    expect(shown.at(-1)).toMatchObject({
      query: 'tag:sea board:Series',
      sort: 'board',
      board: 'series-id',
    });
    expect(search.shelf).toBeNull();
    search.showShelf('trash');
    expect(shown.at(-1)).toMatchObject({ query: 'tag:sea is:trashed', sort: 'best', board: null });
    search.showShelf('all');
    expect(search.isEmpty).toBe(true);
  });

  it('opens a group as a filter, also that of portraits without words', () => {
    search.openGroup('prompt', 'an "old" man');
    expect(last()).toBe('words:"an ""old"" man"');
    search.openGroup('day', '2026-01-31');
    search.openGroup('day', '2026-02-01');
    expect(last()).toBe('words:"an ""old"" man" day:2026-02-01');
    search.clear();
    search.openGroup('prompt', '');
    expect(last()).toBe('-has:words');
  });
});

it('finds what is like something among what filters leave, the closest first', () => {
  search.setSort('name');
  search.toggle(filterOf('tag', 'sea'));
  search.setLike({ kind: 'portrait', id: 'x' });
  expect(shown.at(-1)).toMatchObject({ query: 'tag:sea', sort: 'best', like: { id: 'x' } });
  search.setLike(null);
  expect(shown.at(-1)).toMatchObject({ sort: 'name', like: null });
});

it('starts anew with all there is, in the first order and in no groups', () => {
  search.setSort('name');
  search.setReverse(true);
  search.setGrouping('alike');
  search.toggle(filterOf('tag', 'sea'));
  search.reset();
  expect(shown.at(-1)).toEqual(ALL);
  expect(search.grouping).toBe('none');
});
