import { createHash } from 'node:crypto';
import {
  cpSync,
  createWriteStream,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { ZipFile } from 'yazl';
import type { PackManifest } from '../../electron/contract/pack.ts';
import { readManifest } from '../../electron/engine/packs/manifest.ts';
import { temporaryFolder } from './library.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

/** A complete pack with a conditional flow; 16 × 16 px. See make_tiny_packs.py. */
export const TINY_PACK = fixture('tiny-pack');
/** The same with a bijective flow. */
export const TINY_PACK_BIJECTIVE = fixture('tiny-pack-bijective');
/** Conditional, 768/512/256 numbers (CLIP, z, w), texts filled up to the context length. */
export const TINY_PACK_WIDE = fixture('widths/tiny-pack-wide');
/** Conditional, 512/128/192, with none of the optional parts. */
export const TINY_PACK_BARE = fixture('widths/tiny-pack-bare');
/** Bijective, 192/64/192, with none of the optional parts. */
export const TINY_PACK_NARROW = fixture('widths/tiny-pack-narrow');
/** `pack.json` of the first as format 1 had it. */
export const TINY_PACK_FORMAT_1 = fixture('tiny-pack-format-1.json');
/** The pack that the project brings. */
export const DEFAULT_PACK = fileURLToPath(
  new URL('../../native-models/illustrated-portraits', import.meta.url),
);
export { SPIN_GRAPH } from './graphs.ts';

/** A copy of the tiny pack that the test may spoil; gone when the test is over. */
export function copyTinyPack(): string {
  const root = mkdtempSync(path.join(tmpdir(), 'clip-flow-pack-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const folder = path.join(root, 'tiny-pack');
  cpSync(TINY_PACK, folder, { recursive: true });
  return folder;
}

/** Rewrites `pack.json` of a pack, not necessarily to a valid one. */
export function editManifest(folder: string, edit: (manifest: PackManifest) => void): void {
  const file = path.join(folder, 'pack.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  edit(manifest);
  writeFileSync(file, JSON.stringify(manifest));
}

/** Puts another file into a pack, and its size and hash into the manifest. */
export function replaceFile(folder: string, name: string, content: Uint8Array): void {
  writeFileSync(path.join(folder, name), content);
  const sha256 = createHash('sha256').update(content).digest('hex');
  editManifest(folder, ({ files }) => (files[name] = { sha256, bytes: content.length }));
}

/** Makes a graph of a pack another one by its hash that computes the same: it is given a description. */
export function describeGraph(folder: string, name: string, words: string): void {
  const description = Buffer.from(words);
  // ModelProto.doc_string, field 6, of fewer than 128 bytes.
  const field = Buffer.concat([Buffer.of(0x32, description.length), description]);
  replaceFile(folder, name, Buffer.concat([readFileSync(path.join(folder, name)), field]));
}

/** A ZIP of the tiny pack, or of a copy, in a folder of the archive, with a file that no manifest lists. */
export async function zipTinyPack(pack = TINY_PACK): Promise<string> {
  const zip = new ZipFile();
  const { files } = await readManifest(pack);
  for (const name of ['pack.json', ...Object.keys(files)]) {
    zip.addFile(path.join(pack, name), `packs/tiny/${name}`);
  }
  zip.addBuffer(Buffer.from('unlisted'), 'packs/tiny/extra.bin');
  zip.end();
  const file = path.join(await temporaryFolder(), 'pack.zip');
  await pipeline(zip.outputStream, createWriteStream(file));
  return file;
}
