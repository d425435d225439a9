/** Holds a scratch folder with something in it, says which, and waits for its end. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { ScratchFolder } from '../../electron/engine/storage/scratch-folder.ts';

const scratch = ScratchFolder.open(process.argv[2] ?? '');
writeFileSync(path.join(scratch.folder, 'draft'), '');
process.send?.(scratch.folder);
// Also keeps the scratch folder, and so its lock, from being collected.
process.on('disconnect', () => scratch.removeSync());
