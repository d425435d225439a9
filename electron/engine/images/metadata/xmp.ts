/** IPTC's term for pictures made by a trained model: cv.iptc.org/newscodes/digitalsourcetype. */
const DIGITAL_SOURCE_TYPE =
  'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia';

/** What an XMP packet says of a picture. */
export interface Provenance {
  /** Empty when there were no words. */
  readonly prompt: string;
  /** Milliseconds since 1970; left out where a file must not depend on it. */
  readonly createdAt?: number;
}

/** An XMP packet that tells other programs that a trained model made the picture, from which words, and when. */
export function xmpPacket({ prompt, createdAt }: Provenance): string {
  const date =
    createdAt === undefined ? '' : `\n    xmp:CreateDate="${new Date(createdAt).toISOString()}"`;
  return `<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
    xmp:CreatorTool="CLIP-Flow Studio"${date}
    Iptc4xmpExt:DigitalSourceType="${DIGITAL_SOURCE_TYPE}">
   <dc:description><rdf:Alt><rdf:li xml:lang="x-default">${escape(prompt)}</rdf:li></rdf:Alt></dc:description>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

function escape(text: string): string {
  // XML 1.0 has no way to write most control characters or lone surrogates.
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replace(/[&<>]/g, (character) => ENTITIES[character] ?? '');
}
