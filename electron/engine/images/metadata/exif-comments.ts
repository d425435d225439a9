/** Texts of an EXIF block (TIFF 6.0, section 2; Exif 2.32, 4.6.5) in which programs say how a picture was made. */
import { MAX_STORY_BYTES } from './limits.ts';

const ENTRY = 12;
const ASCII = 2;
const EXIF_IFD = 0x8769;
const USER_COMMENT = 0x9286;
/** Description, maker and model of a camera, which ComfyUI's WebP nodes write their graphs into. */
const DESCRIPTIONS: readonly number[] = [0x010e, 0x010f, 0x0110];
/** Entries of one directory: real ones have dozens. */
const MAX_ENTRIES = 1_000;
/** In front of a user comment: what it is encoded in. */
const ENCODING = 8;

export interface ExifComments {
  readonly userComment: string | null;
  readonly descriptions: readonly string[];
}

/** What is there, as far as the block can be read. */
export function readComments(block: Uint8Array): ExifComments {
  const tiff = new Tiff(block);
  const descriptions: string[] = [];
  let userComment: string | null = null;
  try {
    const main = tiff.directory(tiff.uint32(4));
    for (const { tag, type, bytes } of main) {
      if (type === ASCII && DESCRIPTIONS.includes(tag)) descriptions.push(asciiOf(bytes()));
    }
    const exif = main.find(({ tag }) => tag === EXIF_IFD);
    const below = exif ? tiff.directory(exif.value) : [];
    const comment = below.find(({ tag }) => tag === USER_COMMENT);
    userComment = comment ? commentOf(comment.bytes(), tiff.isLittle) : null;
  } catch (thrown) {
    // It says that something lies where the block has ended.
    if (!(thrown instanceof RangeError)) throw thrown;
  }
  return { userComment, descriptions };
}

interface Field {
  readonly tag: number;
  readonly type: number;
  /** What stands in the entry, as a number. */
  readonly value: number;
  /** What the entry says of where it lies, taken as bytes. */
  readonly bytes: () => Uint8Array;
}

class Tiff {
  readonly #block: Uint8Array;
  readonly #view: DataView;
  readonly isLittle: boolean;

  constructor(block: Uint8Array) {
    this.#block = block;
    this.#view = new DataView(block.buffer, block.byteOffset, block.byteLength);
    this.isLittle = block[0] === 0x49;
  }

  uint32(at: number): number {
    return this.#view.getUint32(at, this.isLittle);
  }

  directory(at: number): Field[] {
    const count = Math.min(MAX_ENTRIES, this.#view.getUint16(at, this.isLittle));
    return Array.from({ length: count }, (_, index) => this.#field(at + 2 + index * ENTRY));
  }

  #field(at: number): Field {
    const [tag, type] = [0, 2].map((offset) => this.#view.getUint16(at + offset, this.isLittle));
    const [length, value] = [this.uint32(at + 4), this.uint32(at + 8)];
    return {
      ...{ tag: tag ?? 0, type: type ?? 0, value },
      bytes: () => {
        const start = length <= 4 ? at + 8 : value;
        if (length > MAX_STORY_BYTES) return new Uint8Array();
        return this.#block.subarray(start, start + length);
      },
    };
  }
}

function asciiOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).replace(/\0.*$/s, '');
}

function commentOf(bytes: Uint8Array, isLittle: boolean): string {
  const encoding = new TextDecoder('latin1').decode(bytes.subarray(0, ENCODING));
  const text = bytes.subarray(ENCODING);
  return encoding.startsWith('UNICODE') ? utf16Of(text, isLittle) : asciiOf(text);
}

/** Programs write either byte order whatever that of the block is: of plain words one half is zeros. */
function utf16Of(bytes: Uint8Array, isLittle: boolean): string {
  const zeros = (parity: number) =>
    bytes.reduce((sum, byte, index) => sum + Number(byte === 0 && index % 2 === parity), 0);
  const [high, low] = [zeros(0), zeros(1)];
  const guess = high === low ? isLittle : low > high;
  return new TextDecoder(guess ? 'utf-16le' : 'utf-16be').decode(bytes).replace(/\0+$/, '');
}
