import { strings } from '../strings.ts';
import type { Between, BetweenValues } from './between.svelte.ts';
import type { Breeding } from './breeding.svelte.ts';
import type { Create } from './create.svelte.ts';
import type { Edits } from './edits.svelte.ts';
import type { Library } from './library.svelte.ts';
import type { Playhead } from './playhead.svelte.ts';
import { outOfStyle } from './phrasing.ts';
import { recipeOf, type Making, type Recipe } from './restore.ts';
import type { Settings, SettingValues } from './settings.svelte.ts';
import { slidesOf } from './sliders.ts';
import { slotOf } from './slot.ts';
import type { StudioStatus } from './status.svelte.ts';
import type { Timeline } from './timeline.svelte.ts';
import type { Toasts } from './toasts.svelte.ts';
import type { UndoStack } from './undo.svelte.ts';
import type { View } from './view.svelte.ts';

/** The parts of the window that a portrait can be brought back to. */
export interface RecallParts {
  readonly view: View;
  readonly undo: UndoStack;
  readonly toasts: Toasts;
  readonly library: Library;
  readonly settings: Settings;
  readonly create: Create;
  readonly edits: Edits;
  readonly between: Between;
  readonly timeline: Timeline;
  readonly playhead: Playhead;
  readonly breeding: Breeding;
  readonly status: Pick<StudioStatus, 'pack'>;
}

/** Brings back what a portrait was made with, where it was made. */
export class Recall {
  readonly #parts: RecallParts;

  constructor(parts: RecallParts) {
    this.#parts = parts;
  }

  /** What the next portrait would be made with. */
  get recipe(): Recipe {
    const { settings, create } = this.#parts;
    const { seed, truncation, temperature, gap, variety, noiseSeed } = settings;
    const { strength, bestOf, lockNames: locks } = settings;
    const { drawn: prompt, without, base } = create.field;
    return {
      ...{ prompt, without, base, seed, truncation, temperature, gap, variety, noiseSeed },
      ...{ strength, bestOf, locks },
    };
  }

  recipeOf(making: Making): Recipe {
    return recipeOf(making, this.recipe, (locks) => this.#parts.settings.namesOf(locks));
  }

  /** Puts fields of a recipe in place, as one step of the history. */
  restore(fields: Partial<Recipe>): void {
    if (Object.keys(fields).length === 0) return;
    const { settings, create, undo, status } = this.#parts;
    const kept = create.field.style;
    const styles = [...(status.pack?.styles ?? []), ...(kept === '' ? [] : [{ words: kept }])];
    const { recipe } = this;
    const { seedLocked } = settings;
    undo.replace({
      label: strings.undo.recall,
      from: { recipe, seedLocked },
      // A seed that was asked for is to be drawn with, not rolled away by the next draw.
      to: {
        recipe: { ...recipe, ...fields },
        seedLocked: seedLocked || fields.seed !== undefined,
      },
      put: ({ recipe: { prompt, without, base, locks, ...values }, seedLocked }) => {
        create.field.put({ ...outOfStyle(prompt, styles), without, base });
        settings.apply({ ...values, locks: [...locks], seedLocked });
      },
    });
  }

  /** Goes back to the position between two ends where a portrait was found. */
  openInBetween({ source, settings: made }: Making): void {
    if (source.kind !== 'interpolation') return;
    const { between, settings, undo, view } = this.#parts;
    const { from, to, path, position, truncation = made.truncation } = source;
    const seed = [from, to].find((anchor) => anchor.kind !== 'portrait')?.seed ?? between.seed;
    const { temperature, gap, variety = settings.values.variety, noiseSeed = null } = made;
    const ends = { a: slotOf(from), b: slotOf(to) };
    undo.replace<{ values: BetweenValues; sampling: Partial<SettingValues> }>({
      label: strings.undo.recall,
      from: { values: between.values, sampling: settings.values },
      to: {
        values: { ...between.values, ...ends, path, even: false, position, seed },
        sampling: { truncation, temperature, gap, variety, noiseSeed },
      },
      put: ({ values, sampling }) => {
        settings.apply(sampling);
        between.put(values);
      },
    });
    view.go('between');
  }

  /** Puts the portrait that one was made from on the easel, and its sliders where they stood. */
  async openSliders({ source, parents: [parent] }: Making): Promise<void> {
    const { library, toasts, view, create, edits } = this.#parts;
    const slides = slidesOf(source);
    if (!slides || parent === undefined) return;
    const [found] = await library.fetch([parent]);
    if (found?.trashedAt !== null) return toasts.show(strings.restore.parentGone);
    view.go('create');
    create.easel.choose(parent);
    edits.begin(parent);
    edits.open(slides);
  }

  /** Goes back to the timeline that a portrait is a frame of. */
  openInTimeline({ source }: Making): void {
    if (source.kind !== 'timeline') return;
    const { timeline, playhead, view } = this.#parts;
    timeline.open(source.timeline);
    playhead.goToTime(source.at);
    view.go('timeline');
  }

  /** Opens what a child was bred from, with the weights it was bred with. */
  async breedAgain({ source, parents }: Making): Promise<void> {
    if (source.kind !== 'breed') return;
    const { library, breeding, view } = this.#parts;
    await library.fetch(parents);
    const { how, spread, weights } = source;
    breeding.beginAgain(parents, weights, { how, spread });
    view.open({ kind: 'breed' });
  }
}
