import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { SheetExport } from '../../contract/export-kinds.ts';
import { throwIfCancelled } from '../../contract/errors.ts';
import { STILL_FORMATS } from '../../contract/formats.ts';
import type { ImageCodec, RgbPicture } from '../images/codec.ts';
import { tagAsSrgb } from '../images/metadata/png.ts';
import { tellProvenance } from '../images/metadata/story.ts';
import { publish, publishAll } from '../storage/publish.ts';
import {
  type ExportParts,
  forEachPortrait,
  type PortraitWork,
  type WorkOptions,
} from './portraits.ts';
import { fitIn, layOutSheet, type SheetItem, type SheetPage, sheetGrid } from './sheet-layout.ts';
import { writeSheetPdf } from './sheet-pdf.ts';
import { sheetSvg } from './sheet-svg.ts';
import { Typeface } from './typeface.ts';

/** A PNG's pixels are those of a page at so many an inch: sharp on paper, and no larger than a screen can show. */
const DOTS_PER_INCH = 200;
/** What a PDF keeps of a portrait at most, and at least, so that viewers do not show its pixels. */
const PDF_DOTS = { most: 300, least: 150 };
const PDF_QUALITY = 92;
const POINTS_PER_INCH = 72;

/** A portrait as it is laid out, with its picture as large as it is shown. */
interface Prepared extends SheetItem {
  readonly file: string;
}

/** Pages, and the files of their pictures by index. */
export interface LaidOut {
  readonly pages: readonly SheetPage[];
  readonly files: readonly string[];
  readonly licenses: readonly string[];
}

/**
 * Writes portraits in rows on paper: one PDF, or a PNG for each page, which appear together. A portrait that cannot be
 * read is passed over and told.
 *
 * @param target path of the PDF or PNG, extension and all; of several pages each has its number before that
 * @returns the files it became
 * @throws StudioError `cancelled`, `file-exists`, `disk-full`, `access-denied`, and where no portrait could be read,
 *   why
 */
export async function exportSheet(
  ids: readonly string[],
  target: string,
  sheet: SheetExport,
  parts: ExportParts,
  work: PortraitWork = {},
): Promise<string[]> {
  return writeSheet(target, sheet, parts.codec, work, async (scratch, typeface) => {
    const { items, licenses } = await prepare(ids, scratch, sheet, parts, work);
    const pages = layOutSheet(items, { ...sheet, licenses }, typeface);
    return { pages, licenses, files: items.map(({ file }) => file) };
  });
}

/**
 * Writes what was laid out: one PDF, or a PNG for each page, which appear together.
 *
 * @param layOut puts the pictures into the folder it is given, in the size that they are shown at
 */
export async function writeSheet(
  target: string,
  sheet: Pick<SheetExport, 'format' | 'title' | 'metadata' | 'ifExists'>,
  codec: ImageCodec,
  { signal }: WorkOptions,
  layOut: (scratch: string, typeface: Typeface) => Promise<LaidOut>,
): Promise<string[]> {
  const typeface = new Typeface();
  if (sheet.format === 'pdf') {
    const pdf = await publish(target, sheet.ifExists, async (draft) => {
      const laid = await layOut(path.dirname(draft), typeface);
      const fileOf = (index: number) => laid.files[index] ?? '';
      await writeSheetPdf(draft, laid, fileOf, { title: sheet.title, typeface, signal });
    });
    return [pdf];
  }
  const { dir, name, ext } = path.parse(target);
  return publishAll(dir, sheet.ifExists, async (claim, scratch) => {
    const { files, pages, licenses } = await layOut(scratch, typeface);
    const license = licenses.length > 0 ? licenses.join('; ') : undefined;
    const digits = String(pages.length).length;
    for (const [number, page] of pages.entries()) {
      throwIfCancelled(signal);
      const behind = pages.length > 1 ? ` ${String(number + 1).padStart(digits, '0')}` : '';
      const file = await claim(name + behind + ext);
      const svg = await sheetSvg(page, (index) => files[index] ?? '', DOTS_PER_INCH, typeface);
      const png = await codec.encode(await codec.drawSvg(svg), 'png');
      const licensed = sheet.metadata ? tellProvenance(png, { prompt: sheet.title, license }) : png;
      await writeFile(file, tagAsSrgb(licensed));
    }
  });
}

/** Puts portraits into a folder in the size that they are shown at. */
async function prepare(
  ids: readonly string[],
  folder: string,
  sheet: SheetExport,
  { reader, codec, licenseOf }: ExportParts,
  work: PortraitWork,
): Promise<{ items: Prepared[]; licenses: string[] }> {
  const grid = sheetGrid(sheet);
  const items: Prepared[] = [];
  const licenses = new Set<string>();
  await forEachPortrait(
    ids,
    work,
    async (id) => {
      const { pack, prompt } = reader.get(id);
      const picture = await codec.decode(await reader.picture(id));
      const license = sheet.metadata ? await licenseOf?.(pack) : undefined;
      return { picture, prompt, license };
    },
    async ({ picture, prompt, license }, index) => {
      const file = await writeShown(picture, fitIn(picture, grid), path.join(folder, `${index}`), {
        ...{ format: sheet.format, codec },
      });
      items.push({ width: picture.width, height: picture.height, words: prompt, file });
      if (license !== undefined) licenses.add(license);
    },
  );
  return { items, licenses: [...licenses] };
}

/**
 * Writes a picture in the size that it is shown at.
 *
 * @param shown in points
 * @param target path without an extension
 * @returns its path
 */
export async function writeShown(
  picture: RgbPicture,
  shown: { readonly width: number; readonly height: number },
  target: string,
  { format, codec }: Pick<SheetExport, 'format'> & { readonly codec: ImageCodec },
): Promise<string> {
  const drawn = Math.max(picture.width, picture.height);
  const side = sideOf(format, Math.max(shown.width, shown.height), drawn);
  const sized = side === drawn ? picture : await codec.resize(picture, side);
  const still = format === 'pdf' ? 'jpeg' : 'png';
  const file = target + STILL_FORMATS[still].extension;
  await writeFile(file, await codec.encode(sized, still, { quality: PDF_QUALITY }));
  return file;
}

/** How many pixels the longer side has that is shown `points` long. */
function sideOf(format: SheetExport['format'], points: number, drawn: number): number {
  const at = (dots: number) => Math.max(1, Math.round((points / POINTS_PER_INCH) * dots));
  if (format === 'png') return at(DOTS_PER_INCH);
  return Math.min(at(PDF_DOTS.most), Math.max(at(PDF_DOTS.least), drawn));
}
