import './test-window.ts';
import { beforeEach, expect, it, vi } from 'vitest';
import type { StudioService } from '../../electron/contract/service.ts';
import { portraitId, stubPortrait } from '../../test/contract/stub-studio.ts';
import type { Host } from '../host/host.ts';
import { Studio } from './studio.svelte.ts';

/** A window on an engine that draws nothing. */
function openStudio() {
  const service = { generate: () => Promise.resolve() } as unknown as StudioService;
  const studio = new Studio({ service } as Host);
  studio.library.take(stubPortrait(1));
  const focused: string[] = [];
  vi.spyOn(document, 'querySelector').mockImplementation((selector: string) => {
    focused.push(selector);
    return null;
  });
  return { studio, focused, field: studio.create.field };
}

beforeEach(() => localStorage.clear());

it('asks for new words for a person in an empty field, and one undo brings the others back', async () => {
  const { studio, field } = openStudio();
  field.setPrompt('a sailor');
  studio.samePerson(portraitId(1));
  expect(field.values).toMatchObject({ prompt: '', base: { kind: 'reword', of: portraitId(1) } });
  await studio.undo.undo();
  expect(field.values).toMatchObject({ prompt: 'a sailor', base: null });
});

it('takes the words of a portrait into the field, which can be taken back', async () => {
  const { studio, focused, field } = openStudio();
  field.setPrompt('a sailor');
  studio.takeWords('a chef');
  expect(field.prompt).toBe('a chef');
  await expect.poll(() => focused).toContain('[data-prompt]');
  await studio.undo.undo();
  expect(field.prompt).toBe('a sailor');
});

it('gives the easel the keys when there is something to draw, and leaves the field alone when not', async () => {
  const { studio, focused, field } = openStudio();
  await studio.generate();
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(focused).not.toContain('[data-easel]');
  field.setPrompt('a sailor');
  await studio.generate();
  await expect.poll(() => focused).toContain('[data-easel]');
});
