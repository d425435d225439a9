import { StudioError } from '../../electron/contract/errors.ts';
import { type Notice, NOTICES_FILE, noticesSchema } from '../../electron/contract/notice.ts';
import { strings } from '../strings.ts';

/**
 * What the build noted of others' work.
 *
 * @throws StudioError `file-not-found` where the window was built without it
 */
export async function loadNotices(): Promise<Notice[]> {
  const response = await fetch(new URL(NOTICES_FILE, document.baseURI));
  if (!response.ok) throw new StudioError('file-not-found', strings.about.noNotices);
  return noticesSchema.parse(await response.json());
}

/** Those with every word in their name, licence or texts; without words, all. */
export function findNotices(notices: readonly Notice[], words: string): Notice[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return notices.filter(({ name, license, texts }) => {
    // What is linked into libvips, say, has no package of its own.
    const all = [name, license, ...texts].join('\n').toLowerCase();
    return wanted.every((word) => all.includes(word));
  });
}
