import { expect, it } from 'vitest';
import { imageSettings, preprocessorSchema } from './clip-images.ts';

const settings = (document: object) =>
  imageSettings(preprocessorSchema.parse(document), 224, 'the CLIP');

it.each<[string, object, object]>([
  [
    'an old file of CLIP',
    { size: 224, crop_size: 224, do_center_crop: true },
    { size: 224, fit: 'crop' },
  ],
  [
    'a new one',
    { size: { shortest_edge: 336 }, crop_size: { height: 336, width: 336 }, resample: 3 },
    { size: 336, fit: 'crop', interpolation: 'bicubic' },
  ],
  [
    'one of SigLIP',
    { size: { height: 384, width: 384 }, resample: 2 },
    { size: 384, fit: 'stretch', interpolation: 'bilinear' },
  ],
  [
    'one that cuts out',
    { size: { shortest_edge: 256 }, crop_size: 224 },
    { size: 224, fit: 'crop', resize: 256 },
  ],
  ['one that says nothing', {}, { size: 224, fit: 'stretch' }],
  ['one without normalising', { do_normalize: false }, { mean: [0, 0, 0], std: [1, 1, 1] }],
])('reads %s', (_, document, expected) => {
  expect(settings(document)).toMatchObject(expected);
});

it('takes pixels that are not scaled to 1 for what they are', () => {
  const { mean, std } = settings({
    do_rescale: false,
    image_mean: [51, 0, 0],
    image_std: [255, 255, 510],
  });
  expect(mean[0]).toBeCloseTo(0.2, 6);
  expect(std).toEqual([1, 1, 2]);
});

it.each([
  { size: { shortest_edge: 224 }, do_center_crop: false },
  { size: { shortest_edge: 224 }, crop_size: 256 },
  { size: { height: 224, width: 112 } },
  { do_resize: false },
  { resample: 0 },
])('refuses %o', (document) => {
  expect(() => settings(document)).toThrow(
    expect.objectContaining({ code: 'checkpoint-unsupported' }),
  );
});
