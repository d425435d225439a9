/** What is shipped of others' work, as the build notes it beside the window's pages. */
import { z } from 'zod';

/** Where a window finds the notices, as JSON; beside it lies the same as a text. */
export const NOTICES_FILE = 'third-party-notices.json';

export const noticeSchema = z.object({
  name: z.string(),
  version: z.string(),
  /** As the package calls it, mostly by its SPDX identifier. */
  license: z.string(),
  texts: z.array(z.string()),
});
export type Notice = z.infer<typeof noticeSchema>;

export const noticesSchema = z.array(noticeSchema);
