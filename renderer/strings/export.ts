/** Exports. */
import { portraits } from './count.ts';

export const exportStrings = {
  export: {
    title: (n: number) => `Export ${portraits(n)}`,
    as: 'Export as',
    pictures: 'Pictures',
    gallery: 'Web gallery',
    galleryText: 'A folder with an index.html that works from disk, in light and dark.',
    format: 'Format',
    quality: 'Quality',
    size: 'Size',
    asDrawn: 'As drawn',
    times: (factor: number) => `${factor} ×`,
    ownSize: 'Other',
    side: 'Longest side, in pixels',
    pixels: (side: number) => `${side.toLocaleString('en')} px on the longest side`,
    resampled: 'Enlarged smoothly from what the model draws; it adds no detail.',
    wrongSide: (least: number, most: number) =>
      `Choose a whole number from ${least.toLocaleString('en')} to ${most.toLocaleString('en')}.`,
    pattern: 'File names',
    fields: 'Insert',
    example: 'Example',
    patternEmpty: 'Give the files a name.',
    metadata: 'Write how it was made into the file',
    metadataHint: 'Words, seed, model. Another studio can restore the portrait from it.',
    galleryTitle: 'Title',
    galleryDefaultTitle: 'Portraits',
    prompts: 'Show the words under each portrait',
    run: 'Export',
    running: 'Exporting…',
    done: 'Exported.',
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
