import { describe, expect, it } from 'vitest';
import { Selection } from './selection.svelte.ts';

function openSelection(list = ['e', 'd', 'c', 'b', 'a']) {
  return new Selection({
    at: (index) => list[index],
    indexOf: (id) => list.indexOf(id),
    idsIn: (start, end) => Promise.resolve(list.slice(start, end)),
  });
}

describe('a selection', () => {
  it('reaches from the last plain choice to where Shift goes, either way', async () => {
    const selection = openSelection();
    selection.select('c');
    await selection.extendTo('a');
    expect(selection.ids).toEqual(['c', 'b', 'a']);
    await selection.extendTo('e');
    expect(selection.ids).toEqual(['e', 'd', 'c']);
    expect(selection.cursor).toBe('e');
  });

  it('follows clicks: one, with Shift up to one, with Ctrl or Command one more', async () => {
    const selection = openSelection();
    const plain = { shiftKey: false, ctrlKey: false, metaKey: false };
    await selection.click(plain, 'd');
    await selection.click({ ...plain, shiftKey: true }, 'c');
    expect(selection.ids).toEqual(['d', 'c']);
    await selection.click({ ...plain, metaKey: true }, 'a');
    await selection.click({ ...plain, ctrlKey: true }, 'd');
    expect(selection.ids).toEqual(['c', 'a']);
    expect(selection.cursorIndex).toBe(1);
    await selection.click(plain, 'e');
    expect(selection.ids).toEqual(['e']);
  });

  it('tells who clicked when what lies between cannot be read', async () => {
    const failure = new Error('gone');
    const selection = new Selection({
      ...{ at: () => 'a', indexOf: () => 0 },
      idsIn: () => Promise.reject(failure),
    });
    const shift = { shiftKey: true, ctrlKey: false, metaKey: false };
    await expect(selection.click(shift, 'a')).rejects.toBe(failure);
  });

  it('starts anew where its beginning is gone', async () => {
    const selection = openSelection();
    selection.select('x');
    await selection.extendTo('b');
    expect(selection.ids).toEqual(['b']);
  });

  it('is in the order of the list, what is not listed last', () => {
    const selection = openSelection();
    for (const id of ['a', 'x', 'e']) selection.toggle(id);
    expect(selection.ids).toEqual(['e', 'a', 'x']);
    selection.toggle('x');
    expect(selection.ids).toEqual(['e', 'a']);
  });

  it('moves on to the neighbour when all of it leaves, and stays with what is left', () => {
    const selection = openSelection();
    selection.select('c');
    selection.drop(new Set(['c']));
    expect(selection.ids).toEqual(['b']);
    selection.toggle('e');
    selection.toggle('a');
    selection.drop(new Set(['a']));
    expect(selection).toMatchObject({ ids: ['e', 'b'], cursor: 'b' });
  });

  it('goes on among what is selected when one of several leaves', () => {
    const selection = openSelection();
    selection.put(['e', 'd', 'a'], 'd');
    selection.drop(new Set(['d']));
    expect(selection).toMatchObject({ ids: ['e', 'a'], cursor: 'a' });
    selection.drop(new Set(['a']));
    expect(selection).toMatchObject({ ids: ['e'], cursor: 'e' });
  });
});
