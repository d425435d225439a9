import { StudioError } from '../../contract/errors.ts';
import type { Generation } from '../../contract/generation.ts';
import { Edits } from '../edit/edits.ts';
import { shared } from '../jobs/abort.ts';
import { notDrawn } from '../library/reader.ts';
import type { KeptPacks } from '../loading/kept-packs.ts';
import { loadModels } from '../loading/load-models.ts';
import type { PackInUse } from '../loading/pack-in-use.ts';
import type { LoadOptions, Models } from '../models/models.ts';
import { Paths } from '../path/paths.ts';
import type { Tools } from '../plan/generation-plan.ts';
import { openSession, type SessionParts } from '../session/session.ts';

/** A pack beside the one in use, for portraits that this does not draw. */
interface Beside {
  /** Which edition of which pack, and its latent space. */
  readonly of: string;
  readonly tools: Promise<Tools>;
}

/**
 * Opens a session for the pack in use, and another one once that is exchanged; and one beside it, at most, on
 * the pack that drew the portraits which are worked on, where that is another.
 */
export class Workspace {
  readonly #packs: PackInUse;
  readonly #kept: KeptPacks;
  readonly #parts: SessionParts;
  #open: { readonly models: Models; readonly tools: Promise<Tools> } | undefined;
  #beside: Beside | undefined;

  constructor(packs: PackInUse, kept: KeptPacks, parts: SessionParts) {
    this.#packs = packs;
    this.#kept = kept;
    this.#parts = parts;
  }

  /**
   * What to plan, edit and draw with now.
   *
   * @param portraits ids of what is worked on: where they lie in another latent space than that of the pack in
   *   use, their own pack is opened, if it is installed or kept
   * @throws StudioError `cancelled`, `not-found`, `invalid-argument` for portraits of two latent spaces,
   *   `pack-not-found` for a picture that was brought in, and with one of the `pack-…` codes where there is no pack to draw with
   */
  async tools(options: LoadOptions = {}, portraits: readonly string[] = []): Promise<Tools> {
    const found = portraits.map((id) => this.#parts.reader.get(id));
    requireDrawn(found);
    requireOneLatentSpace(found);
    const tools = await this.#inUse(options);
    const [first] = found;
    if (!first || tools.session.codes.canDraw(first)) return tools;
    return (await this.#besideFor(first, options)) ?? tools;
  }

  /** The same for running again what made a portrait: with the very pack that drew it, as far as it can be had. */
  async toolsOf(made: Generation, options: LoadOptions = {}): Promise<Tools> {
    const tools = await this.#inUse(options);
    const { manifest } = tools.session.models.pack;
    const { pack } = made;
    const isInUse = manifest.id === pack.id && manifest.version === pack.version;
    if (isInUse && tools.session.codes.canDraw(made)) return tools;
    return (await this.#besideFor(made, options)) ?? tools;
  }

  async #inUse({ signal, onProgress }: LoadOptions): Promise<Tools> {
    const models = await shared(this.#packs.models(onProgress), signal);
    if (this.#open?.models !== models) this.#open = { models, tools: this.#openTools(models) };
    return shared(this.#open.tools, signal);
  }

  /** Null where the pack that drew a portrait is neither installed nor kept. */
  async #besideFor(
    portrait: Generation,
    { signal, onProgress }: LoadOptions,
  ): Promise<Tools | null> {
    const { pack, spaces } = portrait;
    const of = JSON.stringify([pack.id, pack.version, spaces.latent]);
    if (this.#beside?.of !== of) {
      const folder = (await this.#packs.findDrawing(portrait)) ?? (await this.#kept.find(portrait));
      if (folder === null) return null;
      // Another who asked meanwhile may have opened it.
      if (this.#beside?.of !== of) this.#exchange(of, folder, onProgress);
    }
    return this.#beside ? shared(this.#beside.tools, signal) : null;
  }

  #exchange(of: string, folder: string, onProgress: LoadOptions['onProgress']): void {
    const tools = this.#openBeside(folder, this.#beside, onProgress);
    const beside = { of, tools };
    this.#beside = beside;
    tools.catch(() => {
      // One that was refused is tried again by the next who asks.
      if (this.#beside === beside) this.#beside = undefined;
    });
  }

  async #openBeside(
    folder: string,
    previous: Beside | undefined,
    onProgress: LoadOptions['onProgress'],
  ): Promise<Tools> {
    const { inference } = this.#parts;
    const used = await previous?.tools.catch(() => undefined);
    // Whoever still draws with it has its graphs loaded again.
    if (used) await inference.release(used.session.models.pack.graphs);
    return this.#openTools(await loadModels(folder, inference, { onProgress }));
  }

  async #openTools(models: Models): Promise<Tools> {
    const session = await openSession(models, this.#parts);
    return { session, edits: new Edits(session), paths: new Paths(session) };
  }
}

/** Pictures that were brought in have no numbers that any pack knows. */
function requireDrawn(portraits: readonly Generation[]): void {
  const broughtIn = portraits.find(({ source }) => source.kind === 'import');
  if (broughtIn) throw notDrawn(broughtIn.id);
}

/** Latents of two spaces can be mixed by nobody. */
function requireOneLatentSpace(portraits: readonly Generation[]): void {
  const [first, ...others] = portraits;
  const other = others.find(({ spaces }) => spaces.latent !== first?.spaces.latent);
  if (!first || !other) return;
  const named = [first, other].map(({ pack }) => `"${pack.id}" ${pack.version}`);
  throw new StudioError(
    'invalid-argument',
    `These portraits lie in two latent spaces: one was drawn by ${named.join(', another by ')}, and what ` +
      'numbers mean to one pack they do not mean to the other. Nothing was drawn. Carry one of them over to ' +
      `the pack in use first (clip-flow carry-over ${first.id}, or ${other.id}), and go on with that.`,
    { details: { portraits: [first.id, other.id] } },
  );
}
