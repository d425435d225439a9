import { damaged, MAX_XMP_BYTES, tooLarge } from './limits.ts';

/** IPTC's term for pictures made by a trained model: cv.iptc.org/newscodes/digitalsourcetype. */
const DIGITAL_SOURCE_TYPE =
  'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia';

/** Of what only studios read: `recipe`, the JSON that draws the portrait again. */
const NAMESPACE = 'urn:clip-flow-studio:xmp#';

/** Most UTF-16 units of a description, so that the packet fits where 64 KB are the most there is. */
const MAX_DESCRIPTION = 8_000;
/** Likewise of a licence, which is told twice. */
const MAX_RIGHTS = 3_000;

/** What an XMP packet says of a picture. */
export interface Provenance {
  /** Empty when there were no words. */
  readonly prompt: string;
  /** Milliseconds since 1970; left out where a file must not depend on it. */
  readonly createdAt?: number;
  /** Of the models that made it. */
  readonly license?: string | undefined;
}

/** What of a picture is told; without provenance nothing of who drew it. */
export interface Statement extends Partial<Provenance> {
  /** JSON. */
  readonly recipe?: string | undefined;
  /** Name of the packet that goes on with this one, where the format ends packets at 64 KB. */
  readonly extension?: string | undefined;
}

/**
 * An XMP packet that tells other programs that a trained model made the picture, from which words, and when. Where
 * there are no words, not even empty ones, it holds the recipe alone: of a picture that the studio did not draw.
 */
export function xmpPacket({ prompt, createdAt, license, recipe, extension }: Statement): string {
  if (prompt === undefined) return packet(continuedBy(extension), '', recipe);
  const date =
    createdAt === undefined ? '' : `\n    xmp:CreateDate="${new Date(createdAt).toISOString()}"`;
  return packet(
    `
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/"
    xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
    xmp:CreatorTool="CLIP-Flow Studio"${date}
    Iptc4xmpExt:DigitalSourceType="${DIGITAL_SOURCE_TYPE}"${continuedBy(extension)}`,
    inWords('dc:description', prompt.slice(0, MAX_DESCRIPTION)) + rights(license),
    recipe,
  );
}

function continuedBy(extension: string | undefined): string {
  return extension === undefined
    ? ''
    : `\n    xmlns:xmpNote="http://ns.adobe.com/xmp/note/"\n    xmpNote:HasExtendedXMP="${extension}"`;
}

/** The same inside an SVG, with the words as its title. */
export function svgMetadata(statement: Statement): string {
  const told = xmpPacket(statement).replace(/<\?xpacket[^>]*>\s*/g, '');
  return `<title>${escape(statement.prompt ?? '')}</title><metadata>${told}</metadata>`;
}

/** As programs that manage pictures look for it: who may do what (XMP specification part 1, sections 8.3 and 8.5). */
function rights(license: string | undefined): string {
  if (license === undefined) return '';
  const terms = license.slice(0, MAX_RIGHTS);
  return inWords('dc:rights', terms) + inWords('xmpRights:UsageTerms', terms);
}

function inWords(name: string, text: string): string {
  return `
   <${name}><rdf:Alt><rdf:li xml:lang="x-default">${escape(text)}</rdf:li></rdf:Alt></${name}>`;
}

/** A packet that goes on with another one and says no more than the recipe. */
export function recipePacket(recipe: string): string {
  return packet('', '', recipe);
}

function packet(attributes: string, elements: string, recipe: string | undefined): string {
  const own = recipe === undefined ? '' : `\n    xmlns:studio="${NAMESPACE}"`;
  const told = recipe === undefined ? '' : `\n   <studio:recipe>${escape(recipe)}</studio:recipe>`;
  return `<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""${attributes}${own}>${elements}${told}
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>`;
}

/** Whether a packet holds something of a studio's, which it says near its beginning. */
export function isOurs(packet: Uint8Array): boolean {
  return Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength).includes(NAMESPACE);
}

/**
 * The recipe in a packet, as a studio wrote it or as other programs wrote it again: under another prefix,
 * as an element or as an attribute. Null where there is none.
 *
 * @throws StudioError `metadata-malformed` for one that is too long or has no end
 */
export function recipeIn(packet: Uint8Array): string | null {
  if (!isOurs(packet)) return null;
  if (packet.length > MAX_XMP_BYTES) throw tooLarge();
  const text = new TextDecoder().decode(packet);
  const prefix = PREFIX.exec(text)?.[1];
  if (prefix === undefined) return null;
  return elementIn(text, `${prefix}:recipe`) ?? attributeIn(text, `${prefix}:recipe`);
}

const PREFIX = new RegExp(`xmlns:([\\w.-]{1,64})\\s*=\\s*["']${NAMESPACE}["']`);

function elementIn(text: string, name: string): string | null {
  const tag = text.indexOf(`<${name}`);
  if (tag === -1) return null;
  const [begin, end] = [text.indexOf('>', tag), text.indexOf(`</${name}`, tag)];
  if (begin === -1 || end < begin) throw damaged('has a recipe without an end');
  return unescape(text.slice(begin + 1, end));
}

function attributeIn(text: string, name: string): string | null {
  const at = new RegExp(`\\s${name}\\s*=\\s*["']`).exec(text);
  if (!at) return null;
  const begin = at.index + at[0].length;
  const end = text.indexOf(at[0].at(-1) ?? '"', begin);
  if (end === -1) throw damaged('has a recipe without an end');
  return unescape(text.slice(begin, end));
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

function escape(text: string): string {
  // XML 1.0 has no way to write most control characters or lone surrogates.
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replace(/[&<>]/g, (character) => ENTITIES[character] ?? '');
}

const CHARACTERS: Readonly<Record<string, string>> = {
  ...{ amp: '&', lt: '<', gt: '>' },
  ...{ quot: '"', apos: "'" },
};

function unescape(text: string): string {
  return text.replace(
    /&(?:#x([\da-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/gi,
    (entity, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return CHARACTERS[name] ?? entity;
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return code <= 0x10_ffff ? String.fromCodePoint(code) : entity;
    },
  );
}
