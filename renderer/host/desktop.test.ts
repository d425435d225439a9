import { expect, it, vi } from 'vitest';
import type { Desktop } from '../../electron/contract/desktop.ts';
import { createDesktopHost } from './desktop.ts';

const desktop = {
  connect: vi.fn<Desktop['connect']>(),
  openPicture: vi.fn<Desktop['openPicture']>(),
  chooseFolder: vi.fn<Desktop['chooseFolder']>(),
  showInFolder: vi.fn<Desktop['showInFolder']>(),
  showPortrait: vi.fn<Desktop['showPortrait']>(),
  dragPortrait: vi.fn<Desktop['dragPortrait']>(),
  openOutput: vi.fn<Desktop['openOutput']>(),
  showProgress: vi.fn<Desktop['showProgress']>(),
  notify: vi.fn<Desktop['notify']>(),
  onCommand: vi.fn<Desktop['onCommand']>(),
  onOpened: vi.fn<Desktop['onOpened']>(),
};
const host = createDesktopHost(desktop);

it('hands on what the app answers', async () => {
  desktop.chooseFolder.mockResolvedValueOnce({ value: '/pictures' });
  await expect(host.chooseDestination()).resolves.toEqual({ kind: 'folder', folder: '/pictures' });
  desktop.chooseFolder.mockResolvedValueOnce({ value: null });
  await expect(host.chooseDestination()).resolves.toBeNull();
});

it('throws what the app answers as an error, with its code', async () => {
  const error = { code: 'access-denied' as const, message: 'That was not exported here.' };
  const calls = [
    ...[desktop.openPicture, desktop.showInFolder, desktop.showPortrait],
    desktop.openOutput,
  ];
  for (const call of calls) {
    call.mockResolvedValueOnce({ error });
  }
  const thrown = { name: 'StudioError', ...error };
  await expect(host.openPicture()).rejects.toMatchObject(thrown);
  const { reach } = host.deliver({ kind: 'files', files: ['/a.png'] });
  await expect(reach()).rejects.toMatchObject(thrown);
  await expect(host.showPortrait?.('1')).rejects.toMatchObject(thrown);
  await expect(host.openOutput()).rejects.toMatchObject(thrown);
});

it('names what was exported, and shows it in its folder when asked to', async () => {
  desktop.showInFolder.mockClear();
  desktop.showInFolder.mockResolvedValueOnce({ value: undefined });
  const handed = host.deliver({
    kind: 'files',
    files: ['C:\\Pictures\\a.png', 'C:\\Pictures\\b.png'],
  });
  expect(handed).toMatchObject({ name: 'a.png', count: 2, where: 'folder' });
  expect(desktop.showInFolder).not.toHaveBeenCalled();
  await handed.reach();
  expect(desktop.showInFolder).toHaveBeenCalledWith('C:\\Pictures\\a.png');
});
