import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { PackManifest } from '../../electron/contract/pack.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

/** A complete pack with a conditional flow; 16 × 16 px. See make_tiny_packs.py. */
export const TINY_PACK = fixture('tiny-pack');
/** The same with a bijective flow. */
export const TINY_PACK_BIJECTIVE = fixture('tiny-pack-bijective');
/** A graph that computes for as long as `steps` asks. */
export const SPIN_GRAPH = fixture('spin.onnx');

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
