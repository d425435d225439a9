import { Edits } from '../edit/edits.ts';
import { shared } from '../jobs/abort.ts';
import type { LoadOptions, Models } from '../models/models.ts';
import type { PackInUse } from '../loading/pack-in-use.ts';
import { Paths } from '../path/paths.ts';
import type { Tools } from '../plan/generation-plan.ts';
import { openSession, type SessionParts } from '../session/session.ts';

/** Opens a session for the pack in use, and another one once that is exchanged. */
export class Workspace {
  readonly #packs: PackInUse;
  readonly #parts: SessionParts;
  #open: { readonly models: Models; readonly tools: Promise<Tools> } | undefined;

  constructor(packs: PackInUse, parts: SessionParts) {
    this.#packs = packs;
    this.#parts = parts;
  }

  /**
   * What to plan, edit and draw with now.
   *
   * @throws StudioError `cancelled`, and with one of the `pack-…` codes where there is no pack to draw with
   */
  async tools({ signal, onProgress }: LoadOptions = {}): Promise<Tools> {
    const models = await shared(this.#packs.models(onProgress), signal);
    if (this.#open?.models !== models) this.#open = { models, tools: this.#openTools(models) };
    return shared(this.#open.tools, signal);
  }

  async #openTools(models: Models): Promise<Tools> {
    const session = await openSession(models, this.#parts);
    return { session, edits: new Edits(session), paths: new Paths(session) };
  }
}
