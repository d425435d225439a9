/** Exports. */
import type { ArrayName, ExportKind } from '../../electron/contract/export-kinds.ts';
import type { Handed } from '../host/parts.ts';
import { portraits, size } from './count.ts';

export const exportStrings = {
  export: {
    title: (n: number) => `Export ${portraits(n)}`,
    all: (n: number) => (n === 1 ? 'Export it…' : `Export all ${n.toLocaleString('en')}…`),
    allShown: 'Export all that is shown',
    board: 'Export this board…',
    tooMany: (most: number) =>
      `At most ${portraits(most)} are exported at once. Show fewer, by a search or a board.`,
    as: 'Export as',
    kinds: {
      pictures: {
        title: 'Pictures',
        what: 'PNG, JPEG, WebP, AVIF',
        text: 'Each portrait as a file, in sRGB.',
      },
      cutouts: {
        title: 'Cut-outs',
        what: 'PNG, no background',
        text: 'Where a portrait stands before one plain colour, that becomes transparent. Others are left out and named.',
      },
      drawings: {
        title: 'Drawings',
        what: 'SVG',
        text: 'Traced as areas of few colours, which can be enlarged without end. Fine shading is lost.',
      },
      gallery: {
        title: 'Web gallery',
        what: 'A page for a client',
        text: 'A folder with an index.html that works from disk and by touch, in light and dark.',
      },
      sheet: {
        title: 'Contact sheet',
        what: 'PDF or PNG',
        text: 'Portraits in rows on paper, numbered, so that one can be named.',
      },
      table: {
        title: 'Table',
        what: 'CSV or JSON',
        text: 'Words, seeds, ratings, tags and settings, without the pictures.',
      },
      arrays: {
        title: 'Numbers',
        what: 'NumPy arrays',
        text: 'Portraits as numbers for programs of your own: a folder of .npy files with an index.',
      },
    } satisfies Record<ExportKind, { title: string; what: string; text: string }>,
    arrays: {
      embedding: { title: 'Embeddings', text: 'What CLIP sees in each picture.' },
      w: { title: 'Latents, w', text: 'Of portraits as they were drawn.' },
      'w-plus': {
        title: 'Latents, w⁺',
        text: 'Of portraits that were edited: a w for each layer.',
      },
    } satisfies Record<ArrayName, { title: string; text: string }>,
    csvTip: 'For spreadsheets',
    jsonTip: 'For programs; says the most',
    pagesAsPng: 'PNG, one a page',
    paper: 'Paper',
    columns: 'Columns',
    landscape: 'Landscape',
    license: 'Say under which licence the pictures are',
    drawingMetadataHint: 'Its words and the licence.',
    licenseHint: 'Words, seed, model in the pictures; the licence on the page.',
    introduction: 'Introduction',
    titleField: 'Title',
    captions: 'Show the words under each portrait',
    downloads: 'Offer each picture as a download',
    colours: 'Colours',
    zip: 'All in one ZIP archive',
    defaultName: 'Portraits',
    result: 'What it becomes',
    andMore: (n: number) => `and ${n.toLocaleString('en')} more`,
    about: (bytes: number) => `about ${size(bytes)}`,
    format: 'Format',
    quality: 'Quality',
    size: 'Size',
    asDrawn: 'As drawn',
    times: (factor: number) => `${factor} ×`,
    ownSize: 'Other',
    side: 'Longest side, in pixels',
    pixels: (side: number) => `${side.toLocaleString('en')} px on the longest side`,
    resampled: 'Enlarged smoothly from what the model draws; it adds no detail.',
    upscaler: 'Enlarge with',
    lanczos: 'Lanczos',
    byLanczos: 'Enlarged by Lanczos: smooth, and it adds no detail.',
    noUpscaler:
      'Enlarged by Lanczos: no upscaler model is here. Bring one (.onnx) in Models for finer detail.',
    upscalerHint: 'A large model may take minutes for each portrait.',
    upscalerAndLanczos: (reached: number, times: number) =>
      `The model makes it ${reached} × as large, and Lanczos then ${times} ×. A large model may take minutes for each portrait.`,
    wrongSide: (least: number, most: number) =>
      `Choose a whole number from ${least.toLocaleString('en')} to ${most.toLocaleString('en')}.`,
    pattern: 'File names',
    fields: 'Insert',
    patternEmpty: 'Give the files a name.',
    metadata: 'Write how it was made into the file',
    metadataHint: 'Words, seed, model. Another studio can restore the portrait from it.',
    run: 'Export',
    running: { export: 'Exporting…', pack: 'Packing…' },
    done: ({ name, count, where }: Pick<Handed, 'name' | 'count' | 'where'>) => {
      if (count === 0) return 'Exported.';
      const more = count > 1 ? ` and ${(count - 1).toLocaleString('en')} more` : '';
      const place = where === 'downloads' ? ' It is among this browser’s downloads.' : '';
      return `Exported: ${name}${more}.${place}`;
    },
    reach: { folder: 'Show in folder', downloads: 'Download again' } satisfies Record<
      Handed['where'],
      string
    >,
    missed: (n: number, why: string) =>
      n === 1
        ? `Exported, but for one portrait: ${why}`
        : `Exported, but for ${n} portraits: ${why}`,
    stripTitle: 'Export strip',
    stripAs: 'Export as',
    stripPictures: 'Pictures',
    stripAnimation: 'Animation',
    frames: 'Frames',
    seconds: 'Seconds',
    pingPong: 'There and back again',
    stopsHint: (n: number) => `The ${n} stops of the strip at full size, numbered.`,
    stripName: 'between',
    filmTitle: 'Export film',
    filmAs: 'Format',
    numbered: 'PNGs',
    filmTexts: {
      mp4: 'A film that plays almost everywhere (H.264).',
      webm: 'A film for the web, without licences.',
      webp: 'A moving picture that browsers show as they show pictures.',
      gif: 'For where nothing else works. Colours are reduced to 256.',
      png: 'Numbered pictures without any loss, for other programs.',
    },
    slow: (title: string, fps: number, skipped: number) =>
      `${title} cannot show ${fps} frames a second; it takes ${skipped === 2 ? 'every other one' : `one of ${skipped}`}.`,
    noEncoder: (kinds: string) =>
      `This browser has no encoder for ${kinds}. What can be chosen here works.`,
    name: 'Name',
    filmName: 'timeline',
    background: 'It is drawn in the background; you can go on working.',
  },
};
