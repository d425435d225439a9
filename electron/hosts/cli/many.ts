import { count } from '../../contract/count.ts';
import { about, MANY, TIMED, msPerPortrait } from '../../contract/duration.ts';
import { printNote } from './output.ts';
import type { GlobalOptions, Session } from './session.ts';

/** Says to people how many portraits are to be drawn and how long that takes, before it begins, where they are many. */
export async function tellMany(
  drawn: number,
  { packs, library, aside, onProgress }: Session,
  { json }: GlobalOptions,
): Promise<void> {
  if (json || drawn <= MANY) return;
  const { id, version } = (await packs.models(onProgress)).pack.manifest;
  const { items } = library.reader.list({ limit: TIMED, pack: { id, version } });
  const each = msPerPortrait(items);
  const time =
    each === null
      ? 'How long that takes is told once some are drawn.'
      : `That takes ${about(each * drawn)}, if they take as long as the last ones.`;
  aside(() =>
    printNote(
      `${count(drawn, 'portrait')} are to be drawn. ${time} Ctrl+C keeps what is drawn by then.`,
    ),
  );
}
