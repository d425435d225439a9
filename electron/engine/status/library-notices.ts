import type { LibraryNotice } from '../../contract/library.ts';
import type { Library } from '../library/library.ts';

/** Those named one by one; of more it is only said how many there are. */
const NAMED = 5;

/** What is to be told of a library: in the window above everything else, and by `doctor`. */
export function noticesOf({ reader, refusal, reconciliation }: Library): LibraryNotice[] {
  const { adopted, missing, rebuilt, unreadable = [], journal } = reconciliation;
  const quarantined = reader.quarantined();
  const notices: LibraryNotice[] = [];
  if (refusal) notices.push({ kind: 'read-only', message: refusal.message });
  if (rebuilt !== undefined) {
    notices.push({
      kind: 'rebuilt',
      message:
        `The library's database (library.db) was ${HOW[rebuilt]}. ${portraits(adopted)} came back from ` +
        'the pictures, with the stars and the trash that were noted beside them. Look whether all are ' +
        'there; if some are not, put library.db back from a copy.',
    });
  }
  if (quarantined.length > 0) {
    const names = quarantined.map(({ id }) => id);
    notices.push({
      kind: 'set-aside',
      message:
        `What library.db says of ${portraits(quarantined.length)} is damaged, and ${was(quarantined)} set aside: ` +
        `${listed(names)}. ${quarantined.length === 1 ? 'Its picture is' : 'Their pictures are'} still in the ` +
        'library folder; put library.db back from a copy, or move it away, and the library is rebuilt from ' +
        'its pictures at the next start.',
    });
  }
  if (missing.length > 0) {
    const [pictures, files, those] =
      missing.length === 1
        ? ['The picture of 1 portrait is', 'its file', 'the portrait']
        : [`The pictures of ${portraits(missing.length)} are`, 'their files', 'the portraits'];
    notices.push({
      kind: 'missing',
      message:
        `${pictures} gone or cannot be read: ${listed(missing)}. All else is kept; put ${files} back from ` +
        `a copy, or remove ${those}.`,
    });
  }
  if (unreadable.length > 0) {
    notices.push({
      kind: 'unreadable',
      message:
        `Some of what is in the library's folder of pictures may not be read: ${listed(unreadable)}. ` +
        'Nothing was changed; allow reading it and start again.',
    });
  }
  if (journal !== undefined) notices.push({ kind: 'journal', message: journal });
  return notices;
}

const HOW = { lost: 'gone', empty: 'empty' } as const;

function portraits(count: number): string {
  return count === 1 ? '1 portrait' : `${count.toLocaleString('en')} portraits`;
}

function was({ length }: readonly unknown[]): string {
  return length === 1 ? 'was' : 'were';
}

function listed(names: readonly string[]): string {
  const more = names.length - NAMED;
  const shown = names.slice(0, NAMED).join(', ');
  return more > 0 ? `${shown} and ${more.toLocaleString('en')} more` : shown;
}
