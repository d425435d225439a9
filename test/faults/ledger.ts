import { expect } from 'vitest';
import { readStory } from '../../electron/engine/images/metadata/story.ts';
import { sharpCodec } from '../../electron/engine/images/sharp-codec.ts';
import type { Library } from '../../electron/engine/library/library.ts';
import type { Change, Line } from './lines.ts';

/** What the artist did to a portrait, as far as it was told to be done. */
interface Standing {
  starred: boolean;
  trashed: boolean;
}

const AFTER: Readonly<Record<Exclude<Change, 'purge'>, Partial<Standing>>> = {
  star: { starred: true },
  unstar: { starred: false },
  trash: { trashed: true },
  restore: { trashed: false },
};

/** What was acknowledged in all lives so far, and what the last one was about to do when it died. */
export class Ledger {
  readonly #portraits = new Map<string, Standing>();
  #underWay: { change: Change; ids: readonly string[] } | null = null;

  /** How many portraits there are, or how many that stand so. */
  count(standing: Partial<Standing> = {}): number {
    return [...this.#portraits.values()].filter(
      ({ starred, trashed }) =>
        starred === (standing.starred ?? starred) && trashed === (standing.trashed ?? trashed),
    ).length;
  }

  note(line: Line): void {
    if ('drawn' in line) this.#portraits.set(line.drawn, { starred: false, trashed: false });
    if ('begun' in line) this.#underWay = { change: line.begun, ids: line.ids };
    if ('done' in line) {
      for (const id of line.ids) this.#change(id, line.done);
      this.#underWay = null;
    }
  }

  #change(id: string, change: Change): void {
    if (change === 'purge') this.#portraits.delete(id);
    else Object.assign(this.#portraits.get(id) ?? {}, AFTER[change]);
  }

  /**
   * Proves that a library has all that was acknowledged, and each portrait whole. What was under way may be done
   * or not, each portrait for itself; from now on what is there counts.
   */
  async check({ reader, reconciliation }: Library): Promise<void> {
    expect(reconciliation).toMatchObject({ missing: [], foreign: [] });
    expect(await reader.check()).toEqual([]);
    const pages = [false, true].map((trashed) => reader.list({ limit: 1_000, trashed }).items);
    const there = new Map(pages.flat().map((generation) => [generation.id, generation]));
    for (const [id, told] of this.#portraits) {
      const found = there.get(id);
      const possible: (Standing | undefined)[] = [told, ...this.#ifDone(id, told)];
      expect(possible, id).toContainEqual(
        found && { starred: found.starred, trashed: found.trashedAt !== null },
      );
    }
    this.#portraits.clear();
    this.#underWay = null;
    for (const { id, starred, trashedAt } of there.values()) {
      this.#portraits.set(id, { starred, trashed: trashedAt !== null });
    }
    for (const generation of there.values()) await expectWhole(generation.id, reader);
  }

  #ifDone(id: string, told: Standing): (Standing | undefined)[] {
    const { change, ids } = this.#underWay ?? {};
    if (change === undefined || !ids?.includes(id)) return [];
    return [change === 'purge' ? undefined : { ...told, ...AFTER[change] }];
  }
}

/** That a portrait's files can be read to their end and tell the same as its row. */
async function expectWhole(id: string, reader: Library['reader']): Promise<void> {
  const png = await reader.picture(id);
  const generation = reader.get(id);
  const { width, height } = await sharpCodec.decode(png);
  expect([width, height]).toEqual([generation.width, generation.height]);
  await sharpCodec.decode(await reader.thumbnail(id));
  expect(readStory(png)).toMatchObject({
    generation: { id },
    latents: reader.latents(id),
    embedding: reader.embedding(id),
  });
}
