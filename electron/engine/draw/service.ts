import type { StudioService } from '../../contract/service.ts';
import type { Drawing } from './drawing.ts';
import type { Samples } from './samples.ts';
import type { Timelines } from './timelines.ts';

export interface DrawServiceParts {
  readonly drawing: Drawing;
  readonly timelines: Timelines;
  readonly samples: Samples;
  /** Throws where nothing can be added to the library. */
  readonly requireWritable: () => void;
}

type PortraitMethods =
  | 'generate'
  | 'replay'
  | 'keep'
  | 'keepMoment'
  | 'preview'
  | 'measure'
  | 'previewEdit'
  | 'judgeEdits'
  | 'strip'
  | 'packSamples';
type RenderMethods = 'render' | 'renders' | 'renderFrame' | 'dropRender';

/** Everything that is drawn. */
export function drawService({
  drawing,
  timelines,
  samples,
  requireWritable,
}: DrawServiceParts): Pick<StudioService, PortraitMethods | RenderMethods> {
  /** What ends in the library is not begun where nothing can be added to it. */
  const adding = async <T>(work: () => Promise<T>): Promise<T> => {
    requireWritable();
    return work();
  };
  return {
    generate: (request, options) => adding(() => drawing.generate(request, options)),
    replay: (request, options) => adding(() => drawing.replay(request, options)),
    keep: (request, options) => adding(() => drawing.keep(request, options)),
    keepMoment: (request, options) => adding(() => drawing.keepMoment(request, options)),
    preview: (request, options) => drawing.preview(request, options),
    measure: (request, options) => drawing.measure(request, options),
    previewEdit: (request, options) => drawing.previewEdit(request, options),
    judgeEdits: (request, options) => drawing.judgeEdits(request, options),
    strip: (request, options) => drawing.strip(request, options),
    packSamples: ({ handle }, options) => samples.show(handle, options),
    render: (request, options) => adding(() => timelines.render(request, options)),
    renders: () => timelines.unfinished(),
    renderFrame: (request) => timelines.frame(request),
    dropRender: async ({ id }) => {
      await timelines.drop(id);
      return {};
    },
  };
}
