import { createHash } from 'node:crypto';
import { readdir, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { StudioError } from '../../contract/errors.ts';
import { packRefSchema } from '../../contract/generation.ts';
import { type Render, renderRequestSchema } from '../../contract/timeline.ts';
import type { ImageCodec, RgbPicture } from '../images/codec.ts';
import type { PathPosition } from '../path/moments.ts';
import {
  ScratchFolder,
  hasLiveScratchFolder,
  sweepScratchFolders,
} from '../storage/scratch-folder.ts';
import { isSystemError, writeError } from '../storage/errors.ts';
import { makeFolder, PRIVATE_FILE, PRIVATE_FOLDER } from '../storage/make-folder.ts';
import { withDraft } from '../storage/publish.ts';
import { readRegular } from '../storage/regular-file.ts';
import { entriesOf, remove } from '../storage/remove.ts';

const FOLDER = 'renders';
const MANIFEST = 'render.json';
const FRAME_NAME = /^\d{6}\.png$/;

/** What is being rendered, and where each frame lies: enough to go on with it after a crash. */
const planSchema = z.object({
  format: z.literal('clip-flow-studio/render'),
  version: z.literal(2),
  pack: packRefSchema,
  request: renderRequestSchema,
  /** Of each frame the key-frame where its segment begins, and the position on that segment. */
  positions: z.array(
    z.object({ segment: z.int().nonnegative(), position: z.number().min(0).max(1) }),
  ),
});
export type RenderPlan = z.infer<typeof planSchema>;

/** Version 1 called the positions spots. */
const firstPlanSchema = planSchema
  .omit({ positions: true })
  .extend({ version: z.literal(1), spots: planSchema.shape.positions })
  .transform(({ spots, ...plan }): RenderPlan => ({ ...plan, version: 2, positions: spots }));

const anyPlanSchema = z.union([planSchema, firstPlanSchema]);

/**
 * The renders of a library, each in a folder of its own: `renders/<id>/render.json` and the frames
 * drawn so far. A file comes to its name only when it is whole, so that a crash leaves whole frames and
 * unnamed rests.
 */
export class RenderFolders {
  readonly #root: string;
  readonly #codec: ImageCodec;

  /** @param library root folder of the library */
  constructor(library: string, codec: ImageCodec) {
    this.#root = path.join(library, FOLDER);
    this.#codec = codec;
  }

  /**
   * Opens the folder of a render, and makes it where there is none. What becomes of its frames is what
   * was asked for last.
   *
   * @param locate asked for when there is no folder yet
   */
  async open(
    { pack, request }: Pick<RenderPlan, 'pack' | 'request'>,
    locate: () => Promise<PathPosition[]>,
  ): Promise<RenderFolder> {
    const id = renderId({ pack, request });
    const folder = path.join(this.#root, id);
    try {
      const known = await readPlan(folder);
      const plan: RenderPlan = {
        ...{ format: 'clip-flow-studio/render', version: 2, pack, request },
        positions: known?.positions ?? (await locate()),
      };
      await writePlan(folder, plan, known !== null);
      return new RenderFolder(id, folder, plan, this.#codec);
    } catch (thrown) {
      throw writeError(thrown, folder);
    }
  }

  /** @throws StudioError `not-found` */
  async find(id: string): Promise<RenderFolder> {
    const folder = path.join(this.#root, id);
    const plan = await readPlan(folder);
    if (plan) return new RenderFolder(id, folder, plan, this.#codec);
    throw new StudioError('not-found', 'These frames are gone. Render the timeline again.', {
      details: { id },
    });
  }

  /** What is there, latest first. Folders without a readable plan are left alone. */
  async list(): Promise<Render[]> {
    const names = (await entriesOf(this.#root).catch(() => [])).map(({ name }) => name);
    const found = await Promise.all(
      names.map(async (name) => {
        const folder = path.join(this.#root, name);
        const plan = await readPlan(folder);
        if (!plan) return [];
        const { mtimeMs } = await stat(path.join(folder, MANIFEST));
        const render = await new RenderFolder(name, folder, plan, this.#codec).describe();
        return [{ mtimeMs, render }];
      }),
    );
    return found
      .flat()
      .sort((a, b) => b.mtimeMs - a.mtimeMs)
      .map(({ render }) => render);
  }

  /** Whether a process, this one too, is drawing it now. */
  isLocked(id: string): Promise<boolean> {
    return hasLiveScratchFolder(path.join(this.#root, id));
  }

  async drop(id: string): Promise<void> {
    await remove(path.join(this.#root, id));
  }
}

/** One render: its plan, and the frames drawn so far as PNG. */
export class RenderFolder {
  readonly id: string;
  readonly plan: RenderPlan;
  readonly #folder: string;
  readonly #codec: ImageCodec;

  constructor(id: string, folder: string, plan: RenderPlan, codec: ImageCodec) {
    this.id = id;
    this.plan = plan;
    this.#folder = folder;
    this.#codec = codec;
  }

  get frames(): number {
    return this.plan.positions.length;
  }

  file(index: number): string {
    return path.join(this.#folder, `${String(index + 1).padStart(6, '0')}.png`);
  }

  async describe(): Promise<Render> {
    const names = await readdir(this.#folder);
    const drawn = names.filter((name) => FRAME_NAME.test(name)).length;
    const { request } = this.plan;
    return { id: this.id, request, frames: this.frames, drawn: Math.min(drawn, this.frames) };
  }

  /**
   * Which frames are drawn. Each is read to its end: what a crash of the whole machine may have left
   * of a frame is not one. What is unnamed or unreadable is cleared away.
   */
  async drawn(): Promise<Set<number>> {
    const drawn = new Set<number>();
    await sweepScratchFolders(this.#folder);
    const files = (await entriesOf(this.#folder)).filter((entry) => !entry.isDirectory());
    for (const { name } of files) {
      const file = path.join(this.#folder, name);
      if (FRAME_NAME.test(name) && (await this.#isWhole(file)))
        drawn.add(Number.parseInt(name) - 1);
      else if (name !== MANIFEST) await remove(file);
    }
    return drawn;
  }

  /** Tells other processes that it is being drawn, until what this answers is removed. */
  hold(): ScratchFolder {
    return ScratchFolder.open(this.#folder);
  }

  async write(index: number, picture: RgbPicture): Promise<void> {
    const file = this.file(index);
    try {
      await writeWhole(file, await this.#codec.encode(picture, 'png'));
    } catch (thrown) {
      throw writeError(thrown, file);
    }
  }

  /** Frames by index in an order, each read when it is asked for. */
  async *read(order: readonly number[]): AsyncGenerator<RgbPicture> {
    for (const index of order) yield await this.frame(index);
  }

  /** @throws StudioError `not-found` for a frame that is not drawn */
  async frame(index: number): Promise<RgbPicture> {
    try {
      return await this.#codec.decode(this.file(index));
    } catch (cause) {
      throw new StudioError('not-found', 'This frame is not drawn. Render the timeline again.', {
        cause,
      });
    }
  }

  async #isWhole(file: string): Promise<boolean> {
    return this.#codec.decode(file).then(
      () => true,
      () => false,
    );
  }
}

/** The name of a render: whatever its frames depend on, and nothing else. */
export function renderId({ pack, request }: Pick<RenderPlan, 'pack' | 'request'>): string {
  const { timeline, fps } = request;
  const text = JSON.stringify({ pack, timeline, fps });
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** Null where there is none, or none that can be read. */
async function readPlan(folder: string): Promise<RenderPlan | null> {
  try {
    const text = (await readRegular(path.join(folder, MANIFEST))).toString();
    return anyPlanSchema.parse(JSON.parse(text));
  } catch (thrown) {
    const isNone = thrown instanceof SyntaxError || thrown instanceof z.ZodError;
    if (isNone || isSystemError(thrown, 'ENOENT') || isSystemError(thrown, 'ENOTDIR')) return null;
    throw thrown;
  }
}

/** A folder that was not there before does not stay without its plan: nobody would find it again. */
async function writePlan(folder: string, plan: RenderPlan, isKnown: boolean): Promise<void> {
  await makeFolder(folder, PRIVATE_FOLDER);
  try {
    await writeWhole(path.join(folder, MANIFEST), JSON.stringify(plan));
  } catch (thrown) {
    if (!isKnown) await remove(folder);
    throw thrown;
  }
}

/** A file that appears under its name whole, or not at all. */
async function writeWhole(file: string, content: Uint8Array | string): Promise<void> {
  await withDraft(file, async (draft) => {
    await writeFile(draft, content, { mode: PRIVATE_FILE });
    await rename(draft, file);
  });
}
