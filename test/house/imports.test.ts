/** Who imports whom: rooms in one order, and no circles, types included. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');

/**
 * The rooms of the engine from the ground up. A room imports from those before it only; those of one row
 * know nothing of each other.
 */
const FLOORS: readonly (readonly string[])[] = [
  ['latent', 'jobs', 'onnx'],
  ['storage'],
  ['images', 'inference'],
  ['packs', 'library'],
  ['clip', 'flow', 'generator', 'upscaler', 'servers'],
  ['models', 'checkpoints'],
  ['semantics'],
  ['session', 'loading'],
  ['edit', 'path', 'explain', 'status', 'components', 'bring-in', 'atlas', 'live'],
  ['plan'],
  ['draw'],
  ['grid'],
  ['export', 'evaluation'],
  ['bridge'],
];

const sources = globSync('{electron,renderer}/**/*.{ts,svelte,mjs}', { cwd: ROOT }).filter(
  (file) => !file.endsWith('.test.ts') && !file.endsWith('.d.ts'),
);
const imports = new Map(sources.map((file) => [file, importsOf(file)]));

/** Files of ours that a file imports, values and types alike, relative to the repository. */
function importsOf(file: string): string[] {
  const text = readFileSync(path.join(ROOT, file), 'utf8');
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g)];
  return specifiers
    .map(([, specifier = '']) => path.join(path.dirname(file), specifier))
    .filter((target) => existsSync(path.join(ROOT, target)));
}

/** All that is loaded with a file: what it imports, and what that does, but for types and what is loaded when it is needed. */
function loadedWith(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  const text = readFileSync(path.join(ROOT, file), 'utf8');
  for (const [, specifier = ''] of text.matchAll(
    /^(?:import|export) (?!type )[^;]*?'(\.{1,2}\/[^']+\.ts)'/gms,
  )) {
    loadedWith(path.join(path.dirname(file), specifier), found);
  }
  return found;
}

/** The packages that are loaded with a file of ours. */
function packagesOf(file: string): string[] {
  const text = readFileSync(path.join(ROOT, file), 'utf8');
  return [...text.matchAll(/^import (?!type )[^;]*?'([^.'][^']*)';/gms)].map(
    ([, name = '']) => name,
  );
}

/** The files of a circle, or null (depth-first search; a file on the way that is met again closes one). */
function findCircle(graph: ReadonlyMap<string, readonly string[]>): string[] | null {
  const done = new Set<string>();
  const visit = (file: string, way: readonly string[]): string[] | null => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (done.has(file)) return null;
    for (const target of graph.get(file) ?? []) {
      const circle = visit(target, [...way, file]);
      if (circle) return circle;
    }
    done.add(file);
    return null;
  };
  for (const file of graph.keys()) {
    const circle = visit(file, []);
    if (circle) return circle;
  }
  return null;
}

const roomOf = (file: string) => /^electron\/engine\/([^/]+)\//.exec(file)?.[1];

describe('imports', () => {
  it('are seen at all, and a circle of types would be', () => {
    expect(imports.get('electron/engine/studio.ts')).toContain('electron/contract/service.ts');
    expect(
      findCircle(
        new Map([
          ['a', ['b']],
          ['b', ['c']],
          ['c', ['a']],
        ]),
      ),
    ).toHaveLength(4);
  });

  it('go in no circle', () => {
    expect(findCircle(imports)).toBeNull();
  });

  it('bring a command that draws nothing that it has no use for', () => {
    const loaded = [...loadedWith('electron/hosts/cli/commands/generate.ts')];
    expect(loaded).toContain('electron/engine/draw/draw.ts');
    const rooms = new Set(loaded.map(roomOf));
    expect(rooms).not.toContain('checkpoints');
    expect(rooms).not.toContain('evaluation');
    expect(loaded).not.toContain('electron/engine/bridge/trainer.ts');
    expect(loaded.filter((file) => file.startsWith('electron/site/'))).toEqual([]);
    const packages = new Set(loaded.flatMap(packagesOf));
    expect(packages).toContain('sharp');
    for (const large of ['pdfkit', 'fontkit', 'umap-js', '@neplex/vectorizer', '@grpc/grpc-js']) {
      expect(packages).not.toContain(large);
    }
  });

  it('go downward in the engine', () => {
    const floors = new Map(FLOORS.flatMap((rooms, floor) => rooms.map((room) => [room, floor])));
    const rooms = new Set(sources.map(roomOf).filter((room) => room !== undefined));
    expect([...rooms].sort()).toEqual([...floors.keys()].sort());
    const upward = [...imports].flatMap(([file, targets]) => {
      const room = roomOf(file);
      if (room === undefined) return [];
      return targets
        .map((target) => ({ target, to: roomOf(target) }))
        .filter(({ to }) => to !== undefined && to !== room)
        .filter(({ to = '' }) => (floors.get(to) ?? Infinity) >= (floors.get(room) ?? -1))
        .map(({ target }) => `${file} → ${target}`);
    });
    expect(upward).toEqual([]);
  });
});
