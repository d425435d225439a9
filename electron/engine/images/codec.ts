import type { AnimationFormat, PictureFormat } from '../../contract/formats.ts';

/** In pixels. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** RGB8 pixels row by row from the top left: `data.length === width * height * 3`. */
export interface RgbPicture extends PictureSize {
  readonly data: Uint8Array<ArrayBuffer>;
}

/** Antialiased resampling filters: Catmull-Rom (a = -0.5, as Pillow's bicubic) and triangle. */
export type Interpolation = 'bicubic' | 'bilinear';

export interface EncodeOptions {
  /** 1 to 100, for formats that lose something. */
  readonly quality?: number | undefined;
}

export interface AnimationOptions {
  readonly format: AnimationFormat;
  /**
   * How long each frame stands, in milliseconds. Formats know whole ones, and GIF tens; what rounding
   * takes from one frame it gives to another, so that the whole lasts as long as it should.
   */
  readonly frameMs: number;
  /** An XMP packet to put in; GIF has no place for one. */
  readonly xmp?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called when another frame has been taken in. */
  readonly onFrame?: (() => void) | undefined;
}

/** Pixels on demand, one picture at a time, so that a long animation is never in memory whole. */
export type Frames = AsyncIterable<RgbPicture> | Iterable<RgbPicture>;

/**
 * Pictures in and out of their file formats. The only implementation is native code that some hosts
 * cannot load, so the engine knows this interface alone.
 */
export interface ImageCodec {
  /**
   * Reads an artist's picture, by path or by bytes, as upright sRGB on white. Of an animation it
   * takes the first frame; of a picture that lost its end, what is there.
   *
   * @param maxSide a larger picture is scaled down to this longest side while it is read, and a JPEG may
   *   then be larger than other pictures
   * @throws StudioError `picture-unreadable` with the reason, `picture-too-large` (before any pixel is
   *   decoded), `file-not-found` or `access-denied`
   */
  decode(source: string | Uint8Array, maxSide?: number): Promise<RgbPicture>;

  /**
   * The size of a picture that {@link decode} reads: upright, and not scaled.
   *
   * @throws StudioError the same
   */
  measure(source: string | Uint8Array): Promise<PictureSize>;

  /** Same pixels and options, same bytes. */
  encode(
    picture: RgbPicture,
    format: PictureFormat,
    options?: EncodeOptions,
  ): Promise<Uint8Array<ArrayBuffer>>;

  /**
   * The picture at another size, its proportions kept: by bicubic interpolation when it grows, by
   * Lanczos windows of 3 lobes when it shrinks.
   *
   * @param side the longest side, in pixels
   */
  resize(picture: RgbPicture, side: number): Promise<RgbPicture>;

  /** A PNG of pixels that are more or less opaque: a byte of `alpha` for each. */
  encodeTransparent(
    picture: RgbPicture,
    alpha: Uint8Array<ArrayBuffer>,
  ): Promise<Uint8Array<ArrayBuffer>>;

  /**
   * A picture as areas of few colours, in smooth curves: SVG of its size.
   *
   * @param colours 2 to 64
   * @throws StudioError `cancelled`
   */
  trace(picture: RgbPicture, colours: number, signal?: AbortSignal): Promise<string>;

  /**
   * Draws an SVG of ours on white, in pixels as it states them. What it shows is in it: nothing is read beside it.
   */
  drawSvg(svg: string): Promise<RgbPicture>;

  /** A WebP no larger than `maxSide` on its longest side; small pictures keep their size. */
  thumbnail(picture: RgbPicture, maxSide: number): Promise<Uint8Array<ArrayBuffer>>;

  /**
   * Writes frames of one size as an endless animation. Memory does not grow with their number.
   *
   * @throws StudioError `cancelled`, `invalid-argument` without frames or with frames of several sizes
   */
  animate(frames: Frames, file: string, options: AnimationOptions): Promise<void>;

  /**
   * The same for frames that stand in files already.
   *
   * @throws StudioError `cancelled`, `invalid-argument` without frames
   */
  join(frames: readonly string[], file: string, options: AnimationOptions): Promise<void>;
}
