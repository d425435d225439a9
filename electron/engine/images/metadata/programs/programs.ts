import type { PngText } from '../png.ts';
import { readAutomatic1111 } from './automatic1111.ts';
import { readComfyUi } from './comfyui.ts';
import { readInvokeAi } from './invokeai.ts';
import type { Making, MakingReader } from './making.ts';

/** Those of one program alone first; nodes of ComfyUI write A1111's parameters too, which say it more plainly. */
const READERS: readonly MakingReader[] = [readInvokeAi, readAutomatic1111, readComfyUi];

/** How a picture was made by the word of another program; null where none is understood. */
export function makingIn(texts: readonly PngText[]): Making | null {
  for (const read of READERS) {
    const making = read(texts);
    if (making && (making.prompt !== '' || making.seed !== null)) return making;
  }
  return null;
}
