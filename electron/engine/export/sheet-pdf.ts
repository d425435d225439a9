import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import PDFDocument from 'pdfkit';
import { throwIfCancelled } from '../../contract/errors.ts';
import type { SheetPage } from './sheet-layout.ts';
import type { Typeface } from './typeface.ts';

/** On white paper: words that are to be read, and those that are only there to be found. */
export const INKS = { strong: '#1b1b1e', quiet: '#77777d' } as const;

interface SheetPdfOptions {
  /** Empty for none. */
  readonly title: string;
  readonly typeface: Typeface;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes pages to a new PDF. Its words can be searched, and its fonts are in it.
 *
 * @param pictureOf path of the JPEG of a picture
 */
export async function writeSheetPdf(
  file: string,
  { pages, licenses }: { pages: readonly SheetPage[]; licenses: readonly string[] },
  pictureOf: (index: number) => string,
  { title, typeface, signal }: SheetPdfOptions,
): Promise<void> {
  const pdf = new PDFDocument({
    ...{ autoFirstPage: false, margin: 0 },
    info: {
      ...{ Creator: 'CLIP-Flow Studio', Producer: 'CLIP-Flow Studio' },
      ...(title !== '' && { Title: title }),
      // Where programs that manage documents look for it, and where they do not lose it.
      ...(licenses.length > 0 && { Subject: `Licence of the pictures: ${licenses.join('; ')}` }),
    },
  });
  const writing = pipeline(pdf, createWriteStream(file, { flags: 'wx' }), { signal });
  // Awaited at the end; until then a failure must not count as unhandled.
  writing.catch(() => undefined);
  for (const page of pages) {
    throwIfCancelled(signal);
    drawPage(pdf, page, pictureOf, typeface);
    await nextTurn();
  }
  pdf.end();
  await writing;
}

function drawPage(
  pdf: PDFKit.PDFDocument,
  { width, height, texts, pictures }: SheetPage,
  pictureOf: (index: number) => string,
  typeface: Typeface,
): void {
  pdf.addPage({ size: [width, height], margin: 0 });
  for (const picture of pictures) {
    const { x, y, width: wide, height: high } = picture;
    pdf.image(pictureOf(picture.index), x, y, { width: wide, height: high });
  }
  for (const { text, x, y, size, ink } of texts) {
    let at = x;
    for (const run of typeface.runs(text, size)) {
      pdf.registerFont(run.face.name, run.face.file);
      pdf.font(run.face.name).fontSize(size).fillColor(INKS[ink]);
      pdf.text(run.text, at, y, { lineBreak: false, baseline: 'alphabetic' });
      at += run.width;
    }
  }
}
