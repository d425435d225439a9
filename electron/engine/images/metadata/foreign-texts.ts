/** What other programs than studios say in a picture. */
import { containerOf } from './containers.ts';
import { readComments } from './exif-comments.ts';
import { MAX_STORY_BYTES, MAX_XMP_BYTES, unlessMalformed } from './limits.ts';
import { findText, isPng, type PngText, readTextChunks, XMP_KEYWORD } from './png.ts';

/** Keywords of PNG texts under which programs say how a picture was made. */
const KEYWORDS = [
  ...['parameters', 'prompt', 'workflow'],
  ...['invokeai_metadata', 'invokeai_workflow', 'invokeai_graph', 'sd-metadata'],
] as const;

/**
 * The texts of a picture in which it may be told how it was made, and its XMP, as texts of a PNG, whatever
 * format it has. What is damaged or too long is left out.
 */
export function foreignTexts(picture: Uint8Array): PngText[] {
  const texts = isPng(picture) ? textsOfPng(picture) : textsOfContainer(picture);
  return texts.filter(({ text }) => text.trim() !== '');
}

function textsOfPng(png: Uint8Array): PngText[] {
  return [...KEYWORDS, XMP_KEYWORD].flatMap((keyword) => {
    const most = keyword === XMP_KEYWORD ? MAX_XMP_BYTES : MAX_STORY_BYTES;
    const text = unlessMalformed(() => findText(readTextChunks(png), keyword, most));
    return text === null ? [] : [{ keyword, text }];
  });
}

function textsOfContainer(picture: Uint8Array): PngText[] {
  const container = containerOf(picture);
  if (!container) return [];
  const exif = unlessMalformed(() => [...container.readExif(picture)]) ?? [];
  const packets = unlessMalformed(() => [...container.readXmp(picture)]) ?? [];
  const [packet] = packets.filter(({ length }) => length <= MAX_XMP_BYTES);
  return [
    ...exif.flatMap(textsOfExif),
    ...(packet ? [{ keyword: XMP_KEYWORD, text: new TextDecoder().decode(packet) }] : []),
  ];
}

/** A1111 writes its parameters as a user comment; nodes of ComfyUI name their graphs in descriptions. */
function textsOfExif(block: Uint8Array): PngText[] {
  const { userComment, descriptions } = readComments(block);
  const graphs = descriptions.flatMap((text) => {
    const [, keyword, graph] = /^(prompt|workflow):\s*(\{.*)$/is.exec(text) ?? [];
    return keyword && graph ? [{ keyword: keyword.toLowerCase(), text: graph }] : [];
  });
  return [
    ...(userComment === null ? [] : [{ keyword: 'parameters', text: userComment }]),
    ...graphs,
  ];
}
