import type { Frame, FrameSize } from '../../electron/contract/draw.ts';
import type { Edit } from '../../electron/contract/edit.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import { LivePreview, type LivePreviewOptions } from './live-preview.svelte.ts';
import { keyOf } from './sliders.ts';

/** A portrait with edits, as it is asked for. */
export interface EditedPortrait {
  readonly of: string;
  readonly edits: readonly Edit[];
}

/** The live preview of an edited portrait. */
export function previewEdited(
  service: StudioService,
  name: string,
  onFrame?: LivePreviewOptions<EditedPortrait>['onFrame'],
): LivePreview<EditedPortrait> {
  return new LivePreview({
    name,
    draw: ({ of, edits }, ask, signal) =>
      service.previewEdit({ ...ask, of, edits: [...edits] }, { signal }),
    ...(onFrame && { onFrame }),
  });
}

/** How a portrait looks with its edits, and what these have done in CLIP's eyes. */
export class EditPreview {
  #gains = $state.raw<Readonly<Record<string, number>>>({});
  #judging: AbortController | null = null;
  readonly #service: StudioService;
  readonly live: LivePreview<EditedPortrait>;

  constructor(service: StudioService) {
    this.#service = service;
    this.live = previewEdited(
      service,
      'edit',
      (portrait, size) => void this.#judge(portrait, size),
    );
  }

  get frame(): Frame | null {
    return this.live.frame;
  }

  /** How much each slider adds to CLIP's score for its phrase, by its key, as far as it is known. */
  get gains(): Readonly<Record<string, number>> {
    return this.#gains;
  }

  /** Draws what is to be seen; null where the portrait itself is. */
  show(portrait: EditedPortrait | null): void {
    this.#judging?.abort();
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

  async #judge({ of, edits }: EditedPortrait, size: FrameSize): Promise<void> {
    const isJudged = edits.some((edit) => edit.kind === 'slide' && edit.direction.kind === 'text');
    if (!isJudged || size === 'small') return;
    const abort = new AbortController();
    this.#judging = abort;
    try {
      const request = { of, edits: [...edits] };
      const { gains } = await this.#service.judgeEdits(request, { signal: abort.signal });
      if (abort.signal.aborted) return;
      this.#gains = Object.fromEntries(
        edits.flatMap((edit, i) => {
          const gain = gains[i] ?? null;
          return edit.kind === 'slide' && gain !== null ? [[keyOf(edit.direction), gain]] : [];
        }),
      );
    } catch (error) {
      if (!abort.signal.aborted) this.live.fail(error);
    }
  }
}
