import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import path from 'node:path';
import { count } from '../../../contract/count.ts';
import { type SerialisedError, type StudioError, toStudioError } from '../../../contract/errors.ts';
import type { Reconciliation } from '../../../contract/library.ts';
import type { ModelServerStatus } from '../../../contract/model-server.ts';
import type { PackState, Status } from '../../../contract/status.ts';
import { TemporaryFolder } from '../../../engine/storage/temporary-folder.ts';
import { print } from '../output.ts';
import { type GlobalOptions, locations, type Session, withStudio } from '../session.ts';

const GB = 1e9;

/**
 * Looks at everything that drawing needs, and says how each part is and why.
 *
 * @returns whether all is well
 */
export async function doctor(options: GlobalOptions): Promise<boolean> {
  const findings = await withStudio(options, (session) => examine(session)).catch((thrown) => {
    return examineWithout(toStudioError(thrown), options);
  });
  print(options.json, findings, describe(findings));
  return findings.ok;
}

type Findings = Awaited<ReturnType<typeof examine>>;

/** Looks at all else where the library cannot be opened. */
async function examineWithout(refused: StudioError, options: GlobalOptions): Promise<Findings> {
  const temporary = new TemporaryFolder('doctor');
  try {
    const library = await temporary.folder('library');
    const asked = path.resolve(options.library ?? locations().library);
    return await withStudio({ ...options, library }, (session) => {
      return examine(session, { folder: asked, refused: refused.toJSON() });
    });
  } finally {
    await temporary.close();
  }
}

/** @param instead the library that was asked for, where it could not be opened */
async function examine(
  session: Session,
  instead?: { readonly folder: string; readonly refused: SerialisedError },
) {
  const { library, service } = session;
  const pack = await tryPack(session);
  await library.reconciled;
  if (pack.state === 'ready' && session.servers.statuses.length > 0)
    await service.tryModelServers({});
  const { device, servers, versions, library: stats } = await service.status({});
  const { bavail, bsize } = await statfs(nearestFolder(instead?.folder ?? library.root));
  const faults = await library.reader.check();
  const { missing, unreadable = [], foreign } = library.reconciliation;
  const wrong = [faults, missing, unreadable, foreign, stats.notices];
  return {
    ok:
      pack.state === 'ready' &&
      !instead &&
      wrong.every(({ length }) => length === 0) &&
      servers.every(({ state }) => state === 'ready' || state === 'unasked'),
    studio: versions.studio,
    node: versions.node,
    platform: `${process.platform}-${process.arch}`,
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    device,
    servers,
    pack,
    library: { ...stats, faults, reconciliation: library.reconciliation, ...instead },
    disk: { freeBytes: bavail * bsize },
  };
}

/** A pack that passed its checks before is only loaded; here it is tried all the same, and with it the devices. */
async function tryPack({ packs, onProgress }: Session): Promise<PackState> {
  await packs.models(onProgress).catch(() => undefined);
  const { state } = packs;
  if (state.state !== 'ready') return state;
  const { folder } = state.pack;
  try {
    return { state: 'ready', pack: await packs.verify(folder, { onProgress }) };
  } catch (thrown) {
    return { state: 'refused', folder, error: toStudioError(thrown).toJSON() };
  }
}

function nearestFolder(folder: string): string {
  const parent = path.dirname(folder);
  return existsSync(folder) || parent === folder ? folder : nearestFolder(parent);
}

function describe({ studio, node, platform, cores, memoryBytes, ...findings }: Findings): string[] {
  const { device, servers, pack, library, disk } = findings;
  return [
    `Studio   ${studio} on Node ${node}, ${platform}, ${count(cores, 'core')}, ${gigabytes(memoryBytes)}`,
    ...device.devices.map(
      ({ device: name, status, reason }) => `Device   ${name}: ${status}, ${reason}`,
    ),
    ...servers.flatMap(serverLines),
    `Pack     ${packLine(pack)}`,
    ...libraryLines(library),
    `Disk     ${gigabytes(disk.freeBytes)} free`,
  ];
}

function serverLines({ address, state, reason, graphs, ...server }: ModelServerStatus): string[] {
  const { software, roundTripMs } = server;
  const who = software === null ? '' : ` (${software}, ${roundTripMs?.toFixed(1)} ms away)`;
  const rows = graphs.map(({ graph, thereMs, hereMs, isUsed }) => {
    const where = isUsed ? 'there' : 'on this machine';
    return `         ${graph} runs ${where}: ${thereMs.toFixed(0)} ms there, ${hereMs.toFixed(0)} ms here`;
  });
  return [`Server   ${address}${who}: ${state}, ${reason}`, ...rows];
}

function libraryLines(library: Findings['library']): string[] {
  if (library.refused) return [`Library  ${library.refused.message} (${library.refused.code})`];
  return [
    `Library  ${library.folder}: ${count(library.portraits, 'portrait')}, ${library.trashed} in the trash`,
    `         keeps ${megabytes(library.models.bytes)} of ${count(library.models.packs, 'pack')} for its portraits`,
    ...[...notesOf(library.notices), ...library.faults, ...repairs(library.reconciliation)].map(
      (line) => `         ${line}`,
    ),
    ...privacyLines(library.privacy),
  ];
}

function packLine(pack: Status['pack']): string {
  switch (pack.state) {
    case 'ready':
      return `${pack.pack.id} ${pack.pack.version}, sound: ${pack.pack.folder}`;
    case 'loading':
      return `${pack.folder}: still loading`;
    case 'missing':
      return pack.error.message;
    case 'refused':
      return `${pack.folder}: refused. ${pack.error.message} (${pack.error.code})`;
  }
}

/** Notices but for those of which every single one is named below. */
function notesOf(notices: Status['library']['notices']): string[] {
  return notices
    .filter(({ kind }) => kind !== 'set-aside' && kind !== 'missing')
    .map(({ message }) => message);
}

/** What opening the library found, as far as there is something to tell. */
function repairs({ missing, foreign, adopted, swept }: Reconciliation): string[] {
  return [
    ...(adopted > 0 ? [`${count(adopted, 'portrait')} put back from what the pictures say.`] : []),
    ...(swept > 0 ? [`${count(swept, 'unfinished file')} cleared away.`] : []),
    ...missing.map((id) => `The picture of ${id} is missing.`),
    ...foreign.map((file) => `${file} is not a portrait of this library.`),
  ];
}

/** Nothing where all is as it should be. */
function privacyLines(privacy: Status['library']['privacy']): string[] {
  switch (privacy) {
    case 'private':
      return [];
    case 'open':
      return [
        '         Other users of this computer can read it: its disk keeps no modes, or a part of it is a link.',
      ];
    case 'unknown':
      return [
        '         Who else can read it is for Windows to say, in the properties of its folder.',
      ];
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function gigabytes(bytes: number): string {
  return `${(bytes / GB).toFixed(1)} GB`;
}
