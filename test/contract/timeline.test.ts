import { readdir, readFile, stat, truncate } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Timeline } from '../../electron/contract/generation.ts';
import type { ProgressEvent } from '../../electron/contract/progress.ts';
import {
  frameCount,
  momentAt,
  type RenderRequest,
  timeOfFrame,
} from '../../electron/contract/timeline.ts';
import { sharpCodec } from '../../electron/engine/images/sharp-codec.ts';
import type { Studio } from '../../electron/engine/studio.ts';
import { temporaryFolder } from '../support/library.ts';
import { openTestStudio } from '../support/studio.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let studio: Studio;
beforeAll(async () => {
  studio = await openTestStudio({}, afterAll);
});

const prompt = (words: string) => ({ kind: 'prompt' as const, prompt: words, seed: 7 });

function timeline(changes: Partial<Timeline> = {}): Timeline {
  const way = { path: 'clip', easing: 'in-out', seconds: 0.5 } as const;
  return {
    keys: [
      { anchor: prompt('a smile'), ...way },
      { anchor: prompt('red'), ...way, path: 'w', easing: 'linear' },
      { anchor: prompt('a hat'), ...way },
    ],
    ...{ loop: false, even: true, settings: {} },
    ...changes,
  };
}

function request(changes: Partial<Timeline> = {}): RenderRequest {
  return {
    ...{ timeline: timeline(changes), fps: 24 },
    output: { format: 'webp', name: 'walk' },
  };
}

const isFrame = (event: ProgressEvent): event is Extract<ProgressEvent, { kind: 'advanced' }> =>
  event.kind === 'advanced' && event.task === 'render';

const folderOf = ({ library }: Studio, id: string) => path.join(library.root, 'renders', id);

/** The bytes of everything that was drawn of a render. */
async function filesOf(studio: Studio, id: string): Promise<Map<string, Buffer>> {
  const folder = folderOf(studio, id);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.png')).sort();
  return new Map(
    await Promise.all(
      names.map(async (name) => [name, await readFile(path.join(folder, name))] as const),
    ),
  );
}

describe('rendering', () => {
  it('draws every frame, from the first key-frame to the last, and counts them', async () => {
    const advances: number[] = [];
    const render = await studio.service.render(request(), {
      onEvent: (event) => isFrame(event) && advances.push(event.done),
    });
    expect(render).toMatchObject({ frames: 24, drawn: 24 });
    expect(advances.at(-1)).toBe(24);
    const { ids } = await studio.service.generate({
      ...{ origin: { kind: 'prompt', prompt: 'a smile' }, count: 1, settings: { seed: 7 } },
    });
    const { data } = await sharpCodec.decode(await studio.service.picture({ id: ids[0]! }));
    const frame = await studio.service.renderFrame({ id: render.id, index: 0 });
    expect(frame.pixels).toEqual(data);
    const larger = await studio.service.renderFrame({ id: render.id, index: 0, side: 32 });
    expect([larger.width, larger.pixels.length]).toEqual([32, 32 * 32 * 3]);
  });

  it('keeps what was drawn before a cancel, and goes on from there to the same bytes', async () => {
    const wanted = request({ loop: true });
    const whole = await studio.service.render(wanted);
    const undisturbed = await filesOf(studio, whole.id);

    const other = await openTestStudio();
    const abort = new AbortController();
    const work = other.service.render(wanted, {
      signal: abort.signal,
      onEvent: (event) => isFrame(event) && event.done >= 6 && abort.abort(),
    });
    await expect(work).rejects.toMatchObject({ code: 'cancelled' });
    const [left] = await other.service.renders({});
    expect(left).toMatchObject({ id: whole.id, request: wanted, frames: 36 });
    expect(left!.drawn).toBeGreaterThanOrEqual(6);
    expect(left!.drawn).toBeLessThan(36);
    const early = { id: whole.id, format: 'webp', name: 'walk', ifExists: 'refuse' } as const;
    const destination = { kind: 'folder' as const, folder: await temporaryFolder() };
    await expect(other.service.exportRender({ ...early, destination })).rejects.toMatchObject({
      code: 'not-found',
    });

    await truncate(path.join(folderOf(other, whole.id), '000002.png'), 30);
    const drawnBefore = await stat(path.join(folderOf(other, whole.id), '000001.png'));
    await expect(other.service.render(wanted)).resolves.toMatchObject({ drawn: 36 });
    const drawnAfter = await stat(path.join(folderOf(other, whole.id), '000001.png'));
    expect(drawnAfter.ino).toBe(drawnBefore.ino);
    expect(await filesOf(other, whole.id)).toEqual(undisturbed);
  });

  it('does not depend on what becomes of the frames, and forgets what is dropped', async () => {
    const wanted = request({ even: false });
    const { id } = await studio.service.render(wanted);
    const same = await studio.service.render({ ...wanted, output: { format: 'mp4', name: 'x' } });
    expect(same.id).toBe(id);
    // Going on with it makes what was asked for last.
    expect((await studio.service.renders({})).find((render) => render.id === id)).toMatchObject({
      request: { output: { format: 'mp4', name: 'x' } },
    });
    await studio.service.dropRender({ id });
    expect((await studio.service.renders({})).map((render) => render.id)).not.toContain(id);
    await expect(studio.service.renderFrame({ id, index: 0 })).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('refuses more frames than anybody waits for', async () => {
    const [first, ...others] = timeline().keys;
    const keys = [{ ...first!, seconds: 600 }, ...others];
    await expect(studio.service.render({ ...request({ keys }), fps: 60 })).rejects.toMatchObject({
      code: 'invalid-argument',
    });
  });
});

describe('keeping a moment', () => {
  it('draws the same bytes as the frame there, and says where it lies', async () => {
    const { timeline, fps } = request();
    const { id } = await studio.service.render(request());
    for (const index of [5, 12, 23]) {
      const at = timeOfFrame(timeline, fps, index);
      const kept = await studio.service.keepMoment({ timeline, at });
      const { segment } = momentAt(timeline, at);
      expect(kept).toMatchObject({
        seed: null,
        source: { kind: 'timeline', timeline, at, segment },
      });
      const { data } = await sharpCodec.decode(await studio.service.picture({ id: kept.id }));
      const { pixels } = await studio.service.renderFrame({ id, index });
      expect(pixels).toEqual(data);
    }
    expect(frameCount(timeline, fps)).toBe(24);
  });

  it('names the portraits that its way leads between', async () => {
    const { ids } = await studio.service.generate({
      ...{ origin: { kind: 'prompt', prompt: 'a' }, count: 1, settings: { seed: 7 } },
    });
    const keys = timeline().keys.with(2, {
      ...timeline().keys[2]!,
      anchor: { kind: 'portrait', id: ids[0]! },
    });
    const keep = (at: number) => studio.service.keepMoment({ timeline: timeline({ keys }), at });
    expect((await keep(0.1)).parents).toEqual([]);
    expect((await keep(0.7)).parents).toEqual(ids);
  });
});

describe('previews in even steps', () => {
  it('are provisional until the path is measured, and then at the measured place', async () => {
    const show = (size: 'small' | 'full') =>
      studio.service.preview({
        ...{ from: prompt('one'), to: prompt('two'), path: 'w', settings: {} },
        ...{ channel: 'timeline', position: 0.5, even: true, size },
        moving: size === 'small',
      });
    expect((await show('small')).provisional).toBe(true);
    expect(await show('full')).toMatchObject({ provisional: false, width: 16 });
    expect(await show('small')).toMatchObject({ provisional: false, width: 8 });
  });

  it('say how far the measuring is to all who wait for it, which ends when nobody does', async () => {
    const way = { from: prompt('three'), to: prompt('four'), path: 'w', settings: {} } as const;
    const told: [ProgressEvent[], ProgressEvent[]] = [[], []];
    await Promise.all(
      told.map((events) =>
        studio.service.measure(way, { onEvent: (event) => void events.push(event) }),
      ),
    );
    for (const events of told) {
      const steps = events.flatMap((event) => (event.kind === 'advanced' ? [event] : []));
      expect(steps.length).toBeGreaterThan(3);
      expect(steps.every(({ task, done, total }) => task === 'measure' && done <= total)).toBe(
        true,
      );
      expect(steps.at(-1)?.remainingMs).toEqual(expect.any(Number));
    }
    const again: ProgressEvent[] = [];
    await studio.service.measure(way, { onEvent: (event) => void again.push(event) });
    expect(again).toEqual([]);
    const stop = new AbortController();
    const other = { ...way, to: prompt('five') };
    const measuring = studio.service.measure(other, {
      signal: stop.signal,
      onEvent: () => stop.abort(),
    });
    await expect(measuring).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('exporting a render', () => {
  it.each(['webp', 'gif', 'png'] as const)('as %s', async (format) => {
    const { id, license } = await studio.service.render({ ...request(), fps: 60 });
    expect(license).toBe('Apache-2.0');
    const folder = await temporaryFolder();
    const wanted = { id, format, side: 32, name: 'walk', ifExists: 'refuse' } as const;
    const delivery = await studio.service.exportRender({
      ...wanted,
      destination: { kind: 'folder', folder },
    });
    if (delivery.kind !== 'files') throw new Error('not files');
    const [file = ''] = delivery.files;
    if (format === 'png') {
      expect(await readdir(file)).toHaveLength(60);
    } else {
      // GIF has no 60 frames a second and takes every other one; WebP shows frames that are alike once.
      const { pages, delay, duration } = await animationOf(file);
      if (format === 'gif') expect(pages).toBe(30);
      const told = (await readFile(file)).toString('latin1');
      expect(told).toContain(`<rdf:li xml:lang="x-default">${license}</rdf:li>`);
      expect(duration).toBe(1_000);
      expect(Math.min(...delay)).toBeGreaterThanOrEqual(format === 'gif' ? 20 : 16);
    }
    await expect(
      studio.service.exportRender({ ...wanted, destination: { kind: 'folder', folder } }),
    ).rejects.toMatchObject({ code: 'file-exists' });
  });

  it('there and back again, of the frames of the way there', async () => {
    const { id, frames } = await studio.service.render(request());
    const folder = await temporaryFolder();
    const wanted = { id, name: 'back', ifExists: 'refuse', pingPong: true } as const;
    const destination = { kind: 'folder', folder } as const;
    await studio.service.exportRender({ ...wanted, format: 'png', destination });
    const names = await readdir(path.join(folder, 'back'));
    expect(names).toHaveLength(2 * frames - 2);
    const bytes = (number: number) =>
      sharpCodec.decode(path.join(folder, 'back', `${String(number).padStart(4, '0')}.png`));
    expect((await bytes(frames + 1)).data).toEqual((await bytes(frames - 1)).data);
    expect((await bytes(2 * frames - 2)).data).toEqual((await bytes(2)).data);
    await studio.service.exportRender({ ...wanted, format: 'gif', destination });
    const { duration } = await animationOf(path.join(folder, 'back.gif'));
    expect(Math.abs(duration - ((2 * frames - 2) * 1_000) / 24)).toBeLessThanOrEqual(10);
  });

  it('hands over a film that a window encoded', async () => {
    const upload = await studio.service.openUpload({ name: 'film' });
    await studio.service.appendUpload({ ...upload, bytes: Uint8Array.of(1, 2, 3) });
    const film = { upload: upload.id, format: 'mp4', name: 'walk' } as const;
    const delivery = await studio.service.exportFilm({
      ...film,
      destination: { kind: 'download' },
    });
    expect(delivery).toMatchObject({ kind: 'download', name: 'walk.mp4', bytes: 3 });
    await expect(
      studio.service.exportFilm({ ...film, destination: { kind: 'download' } }),
    ).rejects.toMatchObject({ code: 'not-found' });
  });
});

async function animationOf(file: string) {
  const { default: sharp } = await import('sharp');
  const { pages, delay = [] } = await sharp(file, { animated: true }).metadata();
  return { pages, delay, duration: delay.reduce((sum, ms) => sum + ms, 0) };
}
