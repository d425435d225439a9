/** Holds a corner with something in it, says which, and waits for its end. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Corner } from '../../electron/engine/storage/corner.ts';

const corner = Corner.open(process.argv[2] ?? '');
writeFileSync(path.join(corner.folder, 'draft'), '');
process.send?.(corner.folder);
// Also keeps the corner, and so its lock, from being collected.
process.on('disconnect', () => corner.removeSync());
