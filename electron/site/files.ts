import { realpath } from 'node:fs/promises';
import path from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};

/** The media type of a built file; what is unknown is offered as bytes and never guessed. */
export function mediaType(file: string): string {
  return TYPES[path.extname(file).toLowerCase()] ?? 'application/octet-stream';
}

/**
 * The file below `root` that a URL's path names, or null where there is none. Compared after every
 * link is followed, so neither `..` in any encoding nor a symbolic link leads outside.
 */
export async function fileInside(root: string, pathname: string): Promise<string | null> {
  try {
    const realRoot = await realpath(root);
    const file = await realpath(path.join(realRoot, decodeURIComponent(pathname)));
    return isInside(realRoot, file) ? file : null;
  } catch {
    // Malformed, missing and forbidden look the same from outside.
    return null;
  }
}

function isInside(root: string, file: string): boolean {
  const relative = path.relative(root, file);
  return relative !== '' && !path.isAbsolute(relative) && relative.split(path.sep)[0] !== '..';
}
