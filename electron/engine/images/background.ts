/** A plain background taken away: for portraits that stand before one colour. */
import type { RgbPicture } from './codec.ts';

/** How far a colour may be from the background's at the most and still be of it, as a distance in RGB8. */
const MOST_AWAY = 36;
/** And at the least, however even the background is. */
const LEAST_AWAY = 9;
/** How much further than nearly all of the edge the background may go. */
const SPREAD = { share: 0.95, times: 2 };
/** How much of the edge of a picture has to be plain. What a portrait covers of it is less than half. */
const LEAST_PLAIN = 0.55;
/** How wide the halo is that generators leave around a portrait, as a share of the longer side. */
const HALO = 0.012;
/** How far an outline is soft, in pixels. */
const SOFT = 2;
/** What is fainter than this is noise of the background. */
const FAINTEST = 0.08;

export interface Cutout {
  /** Without what shone through of the background. */
  readonly picture: RgbPicture;
  /** Of each pixel: 0 transparent, 255 opaque. */
  readonly alpha: Uint8Array<ArrayBuffer>;
}

/** How much of the edge of a picture is of one colour, 0 to 1; and whether that is enough to take it away. */
export interface Plainness {
  readonly plain: number;
  readonly isEnough: boolean;
}

export function plainnessOf(picture: RgbPicture): Plainness {
  const background = backgroundOf(picture);
  const edge = edgeOf(picture);
  const alike = edge.filter((pixel) => distance(picture, pixel, background) <= MOST_AWAY);
  const plain = alike.length / edge.length;
  return { plain, isEnough: plain >= LEAST_PLAIN };
}

/** Takes away what is joined to the edge and has the colour of most of it. Outlines are soft. */
export function cutOut(picture: RgbPicture): Cutout {
  const { width, height } = picture;
  const background = backgroundOf(picture);
  const away = Float32Array.from({ length: width * height }, (_, pixel) =>
    distance(picture, pixel, background),
  );
  const isBehind = fillFromEdge(picture, away, toleranceOf(edgeOf(picture), away));
  for (let n = Math.round(Math.max(width, height) * HALO); n > 0; n -= 1) {
    growOver(picture, away, isBehind);
  }
  const data = new Uint8Array(picture.data);
  const alpha = new Uint8Array(width * height);
  for (let pixel = 0; pixel < alpha.length; pixel += 1) {
    const share = shareOf(pixel, { width, height, away, isBehind });
    alpha[pixel] = Math.round(share * 255);
    if (share === 0 || share === 1) continue;
    // C = α F + (1 − α) B, solved for the foreground (Porter & Duff 1984, section 4).
    for (let channel = 0; channel < 3; channel += 1) {
      const behind = background[channel] ?? 0;
      const seen = picture.data[pixel * 3 + channel] ?? 0;
      data[pixel * 3 + channel] = clamp(behind + (seen - behind) / share);
    }
  }
  return { picture: { width, height, data }, alpha };
}

type Colour = readonly number[];

/** The median of the edge, channel by channel. */
function backgroundOf(picture: RgbPicture): Colour {
  const edge = edgeOf(picture);
  return [0, 1, 2].map((channel) => {
    const values = edge
      .map((pixel) => picture.data[pixel * 3 + channel] ?? 0)
      .sort((a, b) => a - b);
    return values[values.length >> 1] ?? 0;
  });
}

function edgeOf({ width, height }: RgbPicture): number[] {
  const across = Array.from({ length: width }, (_, x) => [x, (height - 1) * width + x]);
  const down = Array.from({ length: height }, (_, y) => [y * width, y * width + width - 1]);
  return [...across, ...down].flat();
}

function distance({ data }: RgbPicture, pixel: number, colour: Colour): number {
  const of = (channel: number) => (data[pixel * 3 + channel] ?? 0) - (colour[channel] ?? 0);
  return Math.hypot(of(0), of(1), of(2));
}

/** What is of the background's colour, by how even the edge is: a dark portrait may stand before a dark one. */
function toleranceOf(edge: readonly number[], away: Float32Array): number {
  const alike = edge.map((pixel) => away[pixel] ?? 0).filter((far) => far <= MOST_AWAY);
  const usual = alike.sort((a, b) => a - b)[Math.floor(alike.length * SPREAD.share)] ?? MOST_AWAY;
  return Math.min(MOST_AWAY, Math.max(LEAST_AWAY, usual * SPREAD.times));
}

/** Which pixels are of the background's colour and joined to the edge by such. */
function fillFromEdge(picture: RgbPicture, away: Float32Array, tolerance: number): Uint8Array {
  const { width, height } = picture;
  const isBehind = new Uint8Array(width * height);
  const waiting: number[] = [];
  const take = (pixel: number) => {
    if (isBehind[pixel] === 1 || (away[pixel] ?? 0) > tolerance) return;
    isBehind[pixel] = 1;
    waiting.push(pixel);
  };
  for (const pixel of edgeOf(picture)) take(pixel);
  for (let pixel = waiting.pop(); pixel !== undefined; pixel = waiting.pop()) {
    const x = pixel % width;
    if (x > 0) take(pixel - 1);
    if (x < width - 1) take(pixel + 1);
    if (pixel >= width) take(pixel - width);
    if (pixel < width * (height - 1)) take(pixel + width);
  }
  return isBehind;
}

/** Takes one more row of pixels along the outline, as far as they are nearly of the background's colour. */
function growOver({ width }: RgbPicture, away: Float32Array, isBehind: Uint8Array): void {
  const before = isBehind.slice();
  for (let pixel = 0; pixel < before.length; pixel += 1) {
    if (before[pixel] === 1 || (away[pixel] ?? 0) > MOST_AWAY) continue;
    const x = pixel % width;
    const isBeside =
      (x > 0 && before[pixel - 1] === 1) ||
      (x < width - 1 && before[pixel + 1] === 1) ||
      before[pixel - width] === 1 ||
      before[pixel + width] === 1;
    if (isBeside) isBehind[pixel] = 1;
  }
}

interface Field {
  readonly width: number;
  readonly height: number;
  /** Of each pixel, how far its colour is from the background's. */
  readonly away: Float32Array;
  readonly isBehind: Uint8Array;
}

/** How much of a pixel is foreground, 0 to 1: near an outline as far as its colour has gone over to what lies within. */
function shareOf(pixel: number, { width, height, away, isBehind }: Field): number {
  const [x, y] = [pixel % width, Math.floor(pixel / width)];
  let farthest = 0;
  let within = 0;
  let behind = 0;
  for (let row = Math.max(0, y - SOFT); row <= Math.min(height - 1, y + SOFT); row += 1) {
    for (let column = Math.max(0, x - SOFT); column <= Math.min(width - 1, x + SOFT); column += 1) {
      const other = row * width + column;
      if (isBehind[other] === 1) behind += 1;
      else {
        within += 1;
        farthest = Math.max(farthest, away[other] ?? 0);
      }
    }
  }
  if (behind === 0) return 1;
  if (within === 0) return 0;
  const share = Math.min(1, (away[pixel] ?? 0) / farthest);
  return share < FAINTEST ? 0 : share;
}

function clamp(value: number): number {
  return Math.min(255, Math.max(0, Math.round(value)));
}
