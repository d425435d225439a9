import { statfs } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { count } from '../../../contract/count.ts';
import type { Reconciliation } from '../../../contract/library.ts';
import type { Status } from '../../../contract/status.ts';
import { print } from '../output.ts';
import { type GlobalOptions, type Session, withStudio } from '../session.ts';

const GB = 1e9;

/**
 * Looks at everything that drawing needs, and says how each part is and why.
 *
 * @returns whether all is well
 */
export async function doctor(options: GlobalOptions): Promise<boolean> {
  return withStudio(options, async (session) => {
    const findings = await examine(session);
    print(options.json, findings, describe(findings));
    return findings.ok;
  });
}

type Findings = Awaited<ReturnType<typeof examine>>;

async function examine({ library, service, packs, onProgress }: Session) {
  // Loading the pack draws with it, which tries the devices. A refusal is part of the status.
  await packs.models(onProgress).catch(() => undefined);
  await library.reconciled;
  const { pack, device, versions, library: stats } = await service.status({});
  const { bavail, bsize } = await statfs(library.root);
  const faults = library.reader.check();
  const { missing, unreadable = [] } = library.reconciliation;
  const isWhole = faults.length + missing.length + unreadable.length === 0;
  return {
    ok: pack.state === 'ready' && isWhole,
    studio: versions.studio,
    node: versions.node,
    platform: `${process.platform}-${process.arch}`,
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    device,
    pack,
    library: { ...stats, faults, reconciliation: library.reconciliation },
    disk: { freeBytes: bavail * bsize },
  };
}

function describe({ studio, node, platform, cores, memoryBytes, ...findings }: Findings): string[] {
  const { device, pack, library, disk } = findings;
  return [
    `Studio   ${studio} on Node ${node}, ${platform}, ${count(cores, 'core')}, ${gigabytes(memoryBytes)}`,
    ...device.devices.map(
      ({ device: name, status, reason }) => `Device   ${name}: ${status}, ${reason}`,
    ),
    `Pack     ${packLine(pack)}`,
    `Library  ${library.folder}: ${count(library.portraits, 'portrait')}, ${library.trashed} in the trash`,
    `         keeps ${megabytes(library.models.bytes)} of ${count(library.models.packs, 'pack')} for its portraits`,
    ...[...notesOf(library.notices), ...library.faults, ...repairs(library.reconciliation)].map(
      (line) => `         ${line}`,
    ),
    ...privacyLines(library.privacy),
    `Disk     ${gigabytes(disk.freeBytes)} free`,
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
