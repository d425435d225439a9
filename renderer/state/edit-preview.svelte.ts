import type { Frame } from '../../electron/contract/draw.ts';
import type { Edit, Silence } from '../../electron/contract/edit.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import { LivePreview, type LivePreviewOptions } from './live-preview.svelte.ts';
import type { FrameSpeed } from './frame-speed.svelte.ts';
import { keyOf } from './sliders.ts';

/** A portrait with edits, as it is asked for. */
export interface EditedPortrait {
  readonly of: string;
  readonly edits: readonly Edit[];
}

/** Why a slider is not seen, and which other edit hides it, if one does. */
export interface Told {
  readonly why: Silence;
  readonly by: Edit | undefined;
}

/** The live preview of an edited portrait. */
export function previewEdited(
  service: StudioService,
  speed: FrameSpeed,
  name: string,
  onFrame?: LivePreviewOptions<EditedPortrait>['onFrame'],
): LivePreview<EditedPortrait> {
  return new LivePreview({
    ...{ name, speed },
    draw: ({ of, edits }, { channel, size }, signal) =>
      service.previewEdit({ channel, size, of, edits: [...edits] }, { signal }),
    ...(onFrame && { onFrame }),
  });
}

/** How a portrait looks with its edits, and what these have done in CLIP's eyes. */
export class EditPreview {
  #gains = $state.raw<Readonly<Record<string, number>>>({});
  #silences = $state.raw<Readonly<Record<string, Told>>>({});
  #judging: AbortController | null = null;
  readonly #service: StudioService;
  readonly live: LivePreview<EditedPortrait>;

  constructor(service: StudioService, speed: FrameSpeed) {
    this.#service = service;
    this.live = previewEdited(
      service,
      speed,
      'edit',
      (portrait, settled) => void (settled && this.#judge(portrait)),
    );
  }

  get frame(): Frame | null {
    return this.live.frame;
  }

  /** How much each slider adds to CLIP's score for its phrase, by its key, as far as it is known. */
  get gains(): Readonly<Record<string, number>> {
    return this.#gains;
  }

  /** Why sliders are not seen that are not, by their key. */
  get silences(): Readonly<Record<string, Told>> {
    return this.#silences;
  }

  /** Draws what is to be seen; null where the portrait itself is. */
  show(portrait: EditedPortrait | null): void {
    this.#judging?.abort();
    this.#silences = {};
    if (portrait) this.live.follow(portrait);
    else this.live.clear();
  }

  /** Stops what only serves the eye. */
  rest(): void {
    this.live.stop();
    this.#judging?.abort();
  }

  /** Lets go of all that is known of a portrait. */
  forget(): void {
    this.show(null);
    this.#gains = {};
  }

  async #judge({ of, edits }: EditedPortrait): Promise<void> {
    const isJudged = edits.some((edit) => edit.kind === 'slide' && edit.direction.kind === 'text');
    if (!isJudged) return;
    const abort = new AbortController();
    this.#judging = abort;
    try {
      const request = { of, edits: [...edits] };
      const { gains, silences } = await this.#service.judgeEdits(request, { signal: abort.signal });
      if (abort.signal.aborted) return;
      this.#gains = Object.fromEntries(
        edits.flatMap((edit, i) => {
          const gain = gains[i] ?? null;
          return edit.kind === 'slide' && gain !== null ? [[keyOf(edit.direction), gain]] : [];
        }),
      );
      this.#silences = Object.fromEntries(
        edits.flatMap((edit, i) => {
          const why = silences[i] ?? null;
          if (edit.kind !== 'slide' || why === null) return [];
          const by = why.kind === 'edit' ? edits[why.index] : undefined;
          return [[keyOf(edit.direction), { why, by }]];
        }),
      );
    } catch (error) {
      if (!abort.signal.aborted) this.live.fail(error);
    }
  }
}
