import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { Generation } from '../../electron/contract/generation.ts';
import { sharpCodec } from '../../electron/engine/images/sharp-codec.ts';
import { type Library, openLibrary } from '../../electron/engine/library/library.ts';
import { samplePortrait } from './portraits.ts';

/** A folder that goes away with the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'clip-flow-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A library that is closed with the test; in a folder of its own unless one is given. */
export async function openTestLibrary(folder?: string): Promise<Library> {
  const library = await openLibrary(folder ?? (await temporaryFolder()), sharpCodec);
  onTestFinished(() => library.close());
  return library;
}

/** Adds portraits 0 to `count - 1`, one after the other. */
export async function addSamples(library: Library, count: number): Promise<Generation[]> {
  const added: Generation[] = [];
  for (let n = 0; n < count; n += 1) added.push(await library.writer.add(samplePortrait(n)));
  return added;
}
