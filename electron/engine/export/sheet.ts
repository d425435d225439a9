import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { SheetExport } from '../../contract/export-kinds.ts';
import { throwIfCancelled } from '../../contract/errors.ts';
import { STILL_FORMATS } from '../../contract/formats.ts';
import { tagAsSrgb } from '../images/metadata/png.ts';
import { tellProvenance } from '../images/metadata/story.ts';
import { publish, publishAll } from '../storage/publish.ts';
import { type ExportParts, forEachPortrait, type PortraitWork } from './portraits.ts';
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

interface Laid {
  readonly items: readonly Prepared[];
  readonly pages: readonly SheetPage[];
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
  const typeface = new Typeface();
  const layOut = async (scratch: string): Promise<Laid> => {
    const { items, licenses } = await prepare(ids, scratch, sheet, parts, work);
    return { items, licenses, pages: layOutSheet(items, { ...sheet, licenses }, typeface) };
  };
  if (sheet.format === 'pdf') {
    const pdf = await publish(target, sheet.ifExists, async (draft) => {
      const laid = await layOut(path.dirname(draft));
      const fileOf = (index: number) => laid.items[index]?.file ?? '';
      await writeSheetPdf(draft, laid, fileOf, { title: sheet.title, typeface, ...work });
    });
    return [pdf];
  }
  const { dir, name, ext } = path.parse(target);
  return publishAll(dir, sheet.ifExists, async (claim, scratch) => {
    const { items, pages, licenses } = await layOut(scratch);
    const license = licenses.length > 0 ? licenses.join('; ') : undefined;
    const digits = String(pages.length).length;
    for (const [number, page] of pages.entries()) {
      throwIfCancelled(work.signal);
      const behind = pages.length > 1 ? ` ${String(number + 1).padStart(digits, '0')}` : '';
      const file = await claim(name + behind + ext);
      const svg = await sheetSvg(
        page,
        (index) => items[index]?.file ?? '',
        DOTS_PER_INCH,
        typeface,
      );
      const png = await parts.codec.encode(await parts.codec.drawSvg(svg), 'png');
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
      const { width, height } = fitIn(picture, grid);
      const drawn = Math.max(picture.width, picture.height);
      const side = sideOf(sheet.format, Math.max(width, height), drawn);
      const sized = side === drawn ? picture : await codec.resize(picture, side);
      const format = sheet.format === 'pdf' ? 'jpeg' : 'png';
      const file = path.join(folder, `${index}${STILL_FORMATS[format].extension}`);
      await writeFile(file, await codec.encode(sized, format, { quality: PDF_QUALITY }));
      items.push({ width: picture.width, height: picture.height, words: prompt, file });
      if (license !== undefined) licenses.add(license);
    },
  );
  return { items, licenses: [...licenses] };
}

/** How many pixels the longer side has that is shown `points` long. */
function sideOf(format: SheetExport['format'], points: number, drawn: number): number {
  const at = (dots: number) => Math.max(1, Math.round((points / POINTS_PER_INCH) * dots));
  if (format === 'png') return at(DOTS_PER_INCH);
  return Math.min(at(PDF_DOTS.most), Math.max(at(PDF_DOTS.least), drawn));
}
