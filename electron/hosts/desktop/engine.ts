/**
 * Entry of the engine's process under Electron: the studio, served to the main process over the
 * channel between the two. See main/engine.ts for why the engine lives in a process of plain Node.
 *
 * Its only argument is the folder of the packs that the app brings.
 */
import { studioMethods } from '../../contract/service.ts';
import { sharpCodec } from '../../engine/images/sharp-codec.ts';
import { findLocations } from '../../engine/locations.ts';
import { openStudio } from '../../engine/studio.ts';
import { deferService } from '../../rpc/deferred.ts';
import { processPort } from '../../rpc/process-port.ts';
import { serve } from '../../rpc/server.ts';

const [, , bundledPacks = 'native-models'] = process.argv;
const opening = openStudio({ ...findLocations(bundledPacks), codec: sharpCodec });
const service = deferService(
  studioMethods,
  opening.then((studio) => studio.service),
);
serve(studioMethods, service, processPort(process));

// A second try may succeed, with room on the disk again or another window closed. The next request starts
// this process anew, once those that wait have been told why.
const TELLING_MS = 500;
opening.catch(() => setTimeout(() => process.exit(1), TELLING_MS));

// Ctrl+C in a terminal, its end and that of a session reach the whole group; it is the app that decides when
// to end, and `disconnect` that tells.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);
process.once('disconnect', () => {
  void opening
    .then((studio) => studio.close())
    .catch(() => undefined)
    .finally(() => process.exit());
});
