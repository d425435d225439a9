/** How fast this machine draws pairs and learns from them: measured while it works, and remembered for the next time. */
import path from 'node:path';
import { z } from 'zod';
import { advancesOf, type OnProgress, type Task } from '../../contract/progress.ts';
import { keepFile } from '../storage/publish.ts';
import { readRegular } from '../storage/regular-file.ts';

const FILE = 'rates.json';
const MAX_BYTES = 1_000_000;

const msSchema = z.number().positive();
const ratesSchema = z.object({
  /** Milliseconds a pair. */
  pair: msSchema.optional(),
  /** Milliseconds a step of learning, for each pair of its batch. */
  row: msSchema.optional(),
});
export type Rates = z.infer<typeof ratesSchema>;
const fileSchema = z.record(z.string(), ratesSchema);

/** What was measured of a bridge by its name; nothing where nothing was. @param root folder of bridges' folders */
export async function readRates(root: string, bridge: string): Promise<Rates> {
  return (await readAll(root))[bridge] ?? {};
}

/** Remembers what was measured last. What cannot be written is measured again. */
export async function keepRates(root: string, bridge: string, rates: Rates): Promise<void> {
  const all = await readAll(root);
  const next = { ...all, [bridge]: { ...all[bridge], ...rates } };
  await keepFile(path.join(root, FILE), JSON.stringify(next)).catch(() => undefined);
}

async function readAll(root: string): Promise<z.infer<typeof fileSchema>> {
  try {
    return fileSchema.parse(
      JSON.parse((await readRegular(path.join(root, FILE), MAX_BYTES)).toString('utf8')),
    );
  } catch {
    return {};
  }
}

/** Milliseconds for one of what is counted, from the first count that is told to the last. */
export class Stopwatch {
  #first: { readonly count: number; readonly at: number } | undefined;
  #last = { count: 0, at: 0 };

  tell(count: number): void {
    this.#last = { count, at: performance.now() };
    this.#first ??= this.#last;
  }

  /** Tells itself what a task counts, and passes everything on. */
  counting(task: Task, onProgress?: OnProgress): OnProgress {
    const count = advancesOf(task, ({ done }) => this.tell(done));
    return (event) => {
      count(event);
      onProgress?.(event);
    };
  }

  /** Undefined before there are two counts. */
  get ms(): number | undefined {
    const { count = 0, at = 0 } = this.#first ?? {};
    const counted = this.#last.count - count;
    return counted > 0 ? (this.#last.at - at) / counted : undefined;
  }
}
