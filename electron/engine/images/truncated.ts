/** Pictures that lost their end on the way, as downloads do that stop early. */
import sharp, { type Sharp } from 'sharp';

/** How much of a picture may be missing for it to be shown, as viewers show it. */
const MAX_MISSING = 0.25;
/**
 * Formats that have no checksums, whose decoders go on as far as they come. A PNG is whole or it is not:
 * the studio tells by that what a crash left of its own.
 */
const TOLERATED = new Set(['jpeg', 'gif']);
/** What decoders leave of a JPEG where its file ended, and what it may also be meant to show. */
const GREY = 128;
const END_OF_JPEG = Uint8Array.of(0xff, 0xd9);
/** Rows that are looked at, over the whole height. */
const ROWS = 256;

/**
 * Whether a picture that a strict decoder refuses lacks no more than its end: most of its rows are there.
 *
 * @param picture the same, decoded as far as it goes, as it lies in the file
 */
export async function lacksOnlyItsEnd(
  format: string,
  picture: Sharp,
  bytes: Uint8Array,
): Promise<boolean> {
  if (format === 'jpeg' && (await lacksOnlyItsMark(bytes))) return true;
  return (await missingShare(format, picture)) <= MAX_MISSING;
}

/** Whether a JPEG is whole but for the two bytes that end it. */
async function lacksOnlyItsMark(jpeg: Uint8Array): Promise<boolean> {
  // What was missing before the mark would be a warning.
  const marked = sharp(Buffer.concat([jpeg, END_OF_JPEG]), {
    failOn: 'warning',
    limitInputPixels: false,
  });
  return marked
    .resize({ width: ROWS })
    .raw()
    .toBuffer()
    .then(
      () => true,
      () => false,
    );
}

/** The share of rows from the bottom up that nothing was decoded for; 1 where that cannot be told. */
async function missingShare(format: string, picture: Sharp): Promise<number> {
  if (!TOLERATED.has(format)) return 1;
  try {
    const { data, info } = await picture
      // Without mixing rows, of which the last may be half there.
      .resize({ width: ROWS, height: ROWS, fit: 'fill', kernel: 'nearest' })
      .raw()
      .toBuffer({ resolveWithObject: true });
    const pixel = data.subarray(-info.channels);
    const isEmpty = format !== 'jpeg' || pixel.every((value) => value === GREY);
    return isEmpty ? rowsOf(pixel, data) / ROWS : 0;
  } catch {
    return 1;
  }
}

/** How many rows from the bottom up are of this pixel throughout. */
function rowsOf(pixel: Buffer, data: Buffer): number {
  const row = Buffer.concat(Array.from({ length: ROWS }, () => pixel));
  let rows = 0;
  while (
    rows < ROWS &&
    data
      .subarray(data.length - (rows + 1) * row.length)
      .subarray(0, row.length)
      .equals(row)
  )
    rows += 1;
  return rows;
}
