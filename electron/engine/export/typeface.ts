import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { create, type Font } from 'fontkit';

/** Inter, divided by scripts as the web does it. The first one that has a character shows it. */
const SCRIPTS = [
  ...['latin', 'latin-ext', 'cyrillic', 'cyrillic-ext'],
  ...['greek', 'greek-ext', 'vietnamese'],
] as const;

/** In place of a character that none of them has; in the first one. */
const UNKNOWN = '\u{fffd}';

interface Face {
  readonly name: string;
  readonly file: string;
  readonly font: Font;
}

/** Characters next to one another that the same font has. */
export interface Run {
  readonly face: Pick<Face, 'name' | 'file'>;
  readonly text: string;
  /** In the unit of the size. */
  readonly width: number;
}

/**
 * The letters of what is laid out on paper: measured, and as outlines, so that a sheet looks the same wherever it is
 * made and needs no font where it is looked at.
 */
export class Typeface {
  readonly #faces: readonly Face[];

  constructor() {
    this.#faces = SCRIPTS.map((script) => {
      const at = import.meta.resolve(`@fontsource/inter/files/inter-${script}-400-normal.woff`);
      const file = fileURLToPath(at);
      const font = create(readFileSync(file));
      if (!('layout' in font)) throw new TypeError(`${file} holds several fonts.`);
      return { name: `Inter ${script}`, file, font };
    });
  }

  /** A text as the runs that its fonts show, characters that none has replaced. */
  runs(text: string, size: number): Run[] {
    const runs: { face: Face; text: string }[] = [];
    for (const character of text.normalize('NFC').replace(/\s+/g, ' ')) {
      const { face, shown } = this.#faceOf(character, runs.at(-1)?.face);
      const last = runs.at(-1);
      if (last?.face === face) last.text += shown;
      else runs.push({ face, text: shown });
    }
    return runs.map(({ face, text: part }) => ({
      ...{ face, text: part },
      width: (face.font.layout(part).advanceWidth / face.font.unitsPerEm) * size,
    }));
  }

  width(text: string, size: number): number {
    return this.runs(text, size).reduce((sum, run) => sum + run.width, 0);
  }

  /**
   * A text cut into lines, after words where that is possible.
   *
   * @param most lines; the last one ends in an ellipsis where not all fits
   */
  lines(text: string, size: number, width: number, most: number): string[] {
    const fits = (line: string) => this.width(line, size) <= width;
    const lines: string[] = [];
    let rest = text.normalize('NFC').replace(/\s+/g, ' ').trim();
    while (rest !== '' && lines.length < most) {
      const isLast = lines.length === most - 1;
      const line = fits(rest) ? rest : isLast ? cut(rest, '…', fits) : firstLine(rest, fits);
      lines.push(line.trimEnd());
      rest = isLast ? '' : rest.slice(line.length).trimStart();
    }
    return lines;
  }

  /** The outlines of a text for SVG, its baseline beginning at the origin. */
  path(text: string, size: number): string {
    let x = 0;
    let path = '';
    for (const run of this.runs(text, size)) {
      const { font } = this.#faceNamed(run.face.name);
      const scale = size / font.unitsPerEm;
      const { glyphs, positions } = font.layout(run.text);
      for (const [index, glyph] of glyphs.entries()) {
        const { xAdvance = 0, xOffset = 0 } = positions[index] ?? {};
        path += glyph.path.transform(scale, 0, 0, -scale, x + xOffset * scale, 0).toSVG();
        x += xAdvance * scale;
      }
    }
    return path;
  }

  #faceNamed(name: string): Face {
    const [first] = this.#faces;
    const found = this.#faces.find((face) => face.name === name) ?? first;
    if (!found) throw new TypeError('There is no font.');
    return found;
  }

  /** Spaces stay with what is before them. */
  #faceOf(character: string, before: Face | undefined): { face: Face; shown: string } {
    const code = character.codePointAt(0) ?? 0;
    const has = (face: Face) => face.font.hasGlyphForCodePoint(code);
    const face = before && has(before) ? before : this.#faces.find(has);
    return face ? { face, shown: character } : { face: this.#faceNamed(''), shown: UNKNOWN };
  }
}

/** The longest beginning that fits and ends with a word; where no word does, with a character. */
function firstLine(text: string, fits: (line: string) => boolean): string {
  let end = 0;
  for (const { index } of text.matchAll(/ |$/g)) {
    if (!fits(text.slice(0, index))) break;
    end = index;
  }
  return end > 0 ? text.slice(0, end) : cut(text, '', fits);
}

/** The longest beginning that fits with `mark` behind it, at least one character. */
function cut(text: string, mark: string, fits: (line: string) => boolean): string {
  const characters = [...text];
  let least = 1;
  let most = characters.length;
  while (least < most) {
    const middle = Math.ceil((least + most) / 2);
    if (fits(characters.slice(0, middle).join('').trimEnd() + mark)) least = middle;
    else most = middle - 1;
  }
  return characters.slice(0, least).join('').trimEnd() + mark;
}
