/** Where lives (life.ts) take place, and proof that none of them lost or left anything. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'vitest';
import { sharpCodec } from '../../electron/engine/images/sharp-codec.ts';
import { openLibrary } from '../../electron/engine/library/library.ts';
import { verifyFiles } from '../../electron/engine/packs/integrity.ts';
import { readManifest } from '../../electron/engine/packs/manifest.ts';
import { temporaryFolder } from '../support/library.ts';
import { frozenLibrary } from '../support/migrations.ts';
import { Ledger } from './ledger.ts';
import { type LifeOrder, type Line, lineSchema, type Work } from './lines.ts';

const LIFE = path.resolve('test/faults/life.ts');
const OLD_LIBRARIES = 12;

/** The folders that lives share, one after the other. */
export class World {
  readonly ledger = new Ledger();
  readonly #folder: string;
  readonly #zips: string[];
  #old: string[] = [];

  private constructor(folder: string, zips: string[]) {
    this.#folder = folder;
    this.#zips = zips;
  }

  static async create(zips: string[]): Promise<World> {
    const world = new World(await temporaryFolder(), zips);
    for (const name of ['library', 'out', 'packs', 'tmp']) await mkdir(world.in(name));
    return world;
  }

  in(name: string): string {
    return path.join(this.#folder, name);
  }

  /** Lets a studio live to the end of one round of work. */
  live(work: Work): Promise<Line[]> {
    return this.#live(work, null);
  }

  /** Lets a studio live so long from the moment that it has opened, or begins to open. */
  kill(work: Work, afterMs: number, isOpening: boolean): Promise<Line[]> {
    return this.#live(work, { afterMs, isOpening });
  }

  async #live(work: Work, death: { afterMs: number; isOpening: boolean } | null): Promise<Line[]> {
    const [library, out, packs] = [this.in('library'), this.in('out'), this.in('packs')];
    const sources = await this.#sourcesOf(work);
    const order: LifeOrder = {
      ...{ library, out, packs, work, sources },
      ...{ endless: death !== null, isOpening: death?.isOpening ?? false },
    };
    const log = await open(this.in('log'), 'w');
    const child = spawn(process.execPath, [LIFE, JSON.stringify(order)], {
      env: {
        ...process.env,
        TMPDIR: this.in('tmp'),
        // The first life leaves its compiled code to those after it.
        NODE_COMPILE_CACHE: this.in('compiled'),
      },
      stdio: ['ignore', 'pipe', 'pipe', log.fd],
    });
    await log.close();
    const ended = endOf(child);
    if (death) {
      child.stdout?.once('data', () => {
        void setTimeout(death.afterMs).then(() => child.kill('SIGKILL'));
      });
    }
    const { how, complaints } = await ended;
    expect(how, complaints).toBe(death ? 'SIGKILL' : 0);
    const said = (await readFile(this.in('log'), 'utf8')).split('\n').filter(Boolean);
    return said.map((line) => lineSchema.parse(JSON.parse(line)));
  }

  async #sourcesOf(work: Work): Promise<string[]> {
    if (work === 'migrate') {
      const made = Array.from({ length: OLD_LIBRARIES }, (_, n) => frozenLibrary(1 + (n % 2)));
      return (this.#old = await Promise.all(made));
    }
    if (work !== 'import') return [];
    for (const name of await this.#packs()) {
      await rm(path.join(this.in('packs'), name), { recursive: true });
    }
    return this.#zips;
  }

  async #packs(): Promise<string[]> {
    return (await readdir(this.in('packs'))).filter((name) => !name.startsWith('.'));
  }

  /** Proves that what the last life said is there, and that nothing stands half-written under a name of its own. */
  async check(lines: readonly Line[]): Promise<void> {
    for (const line of lines) this.ledger.note(line);
    const library = await openLibrary(this.in('library'), sharpCodec);
    try {
      await this.ledger.check(library);
    } finally {
      await library.close();
    }
    const written = lines.flatMap((line) =>
      'written' in line ? [line.written] : 'film' in line ? [line.film] : [],
    );
    const shown = (await readdir(this.in('out'))).filter((name) => !name.startsWith('.'));
    expect(shown.map((name) => path.join(this.in('out'), name))).toEqual(
      expect.arrayContaining(written),
    );
    for (const name of shown) await sharpCodec.decode(path.join(this.in('out'), name));
    const imported = lines.flatMap((line) => ('imported' in line ? [line.imported] : []));
    const packs = (await this.#packs()).map((name) => path.join(this.in('packs'), name));
    expect(packs).toEqual(expect.arrayContaining(imported));
    for (const pack of packs) await verifyFiles(pack, await readManifest(pack));
    await this.#checkMigrated();
  }

  async #checkMigrated(): Promise<void> {
    for (const folder of this.#old.splice(0)) {
      const { reader, close } = await openLibrary(folder, sharpCodec);
      expect(await reader.check()).toEqual([]);
      expect(reader.list({ limit: 9 }).items.map(({ starred }) => starred)).toEqual([false, true]);
      expect(reader.count({ trashed: true })).toBe(1);
      await close();
    }
  }

  /** As if the database were deleted: all there is to know is beside the pictures. */
  async loseDatabase(): Promise<void> {
    for (const suffix of ['', '-wal', '-shm']) {
      await rm(path.join(this.in('library'), `library.db${suffix}`), { force: true });
    }
  }

  /** What lies hidden where lives wrote to. */
  async drafts(): Promise<string[]> {
    const hidden = async (name: string) =>
      (await readdir(this.in(name), { recursive: true }))
        .filter((file) => path.basename(file).startsWith('.'))
        .map((file) => path.join(name, file));
    const left = await Promise.all(['out', 'packs'].map(hidden));
    const temporary = (await readdir(this.in('tmp'))).map((name) => path.join('tmp', name));
    const staged = await readdir(path.join(this.in('library'), 'staging')).catch(() => []);
    return [...left.flat(), ...temporary, ...staged.map((name) => path.join('staging', name))];
  }
}

/** How a process ended: by itself with a code, or by a signal; and what it complained of. */
async function endOf(child: ChildProcess) {
  let complaints = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  child.stdout?.resume();
  const [code, signal] = await once(child, 'close');
  const how: unknown = signal ?? code;
  return { how, complaints };
}
