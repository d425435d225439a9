import type { SpawnOptions } from 'node:child_process';
import type { EventEmitter } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Desktop } from '../../electron/contract/desktop.ts';
import { StudioError } from '../../electron/contract/errors.ts';
import { studioMethods, type StudioService } from '../../electron/contract/service.ts';
import { createClient } from '../../electron/rpc/client.ts';
import { processPort } from '../../electron/rpc/process-port.ts';
import { serve } from '../../electron/rpc/server.ts';
import { portraitId, stubStudio } from '../contract/stub-studio.ts';
import { overMessagePort, processPair } from '../contract/ports.ts';
import * as electron from './electron-stand-in.ts';

const spawn = vi.hoisted(() => vi.fn());
vi.mock('electron', () => import('./electron-stand-in.ts'));
vi.mock('node:child_process', () => ({ spawn }));

/** What the engine answers, as each test has it. */
const studio: { -readonly [Name in keyof StudioService]?: StudioService[Name] } = {};
let desktop: Desktop;
/** Every start of the engine's process: what was spawned, and the process itself. */
const starts: { command: [string, string[], SpawnOptions]; child: EventEmitter }[] = [];

/** What the last run left when it crashed. */
const left = path.join(electron.userData, 'dragged/portrait.png');

beforeAll(async () => {
  mkdirSync(path.dirname(left));
  writeFileSync(left, 'pixels');
  spawn.mockImplementation((...command: (typeof starts)[number]['command']) => {
    const [parentEnd, childEnd] = processPair();
    starts.push({ command, child: parentEnd });
    serve(studioMethods, stubStudio(studio), processPort(childEnd));
    return parentEnd;
  });
  await import('../../electron/main/main.ts');
  await import('../../electron/preload/preload.ts');
  desktop = electron.asked.exposed['desktop'] as Desktop;
  await vi.waitFor(() => expect(window().address).toBe('app://studio/'));
});

beforeEach(() => {
  electron.caller.frame = { url: 'app://studio/', parent: null };
});

function window(): electron.BrowserWindow {
  const [first] = electron.BrowserWindow.all;
  if (!first) throw new Error('No window was opened.');
  return first;
}

function menuItem(name: string) {
  const items = electron.asked.menu.flatMap(({ submenu }) => submenu ?? []);
  const item = items.find(({ label }) => label === name);
  if (!item) throw new Error(`The menu has no ${name}.`);
  return item;
}

async function connect(): Promise<StudioService> {
  const port = electron.nextPort();
  desktop.connect();
  return createClient(studioMethods, overMessagePort(await port));
}

describe('the desktop app', () => {
  it('opens one sandboxed window that remembers where it was', () => {
    expect(electron.asked.sandbox).toBe(true);
    expect(existsSync(left)).toBe(false);
    expect(electron.BrowserWindow.all).toHaveLength(1);
    expect(window().options).toMatchObject({
      name: 'studio',
      windowStatePersistence: true,
      webPreferences: {
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        webSecurity: true,
        webviewTag: false,
      },
    });
  });

  it('comes to the front when it is started again', () => {
    electron.app.emit('second-instance', {}, ['studio'], '/');
    expect(window().restore).toHaveBeenCalled();
    expect(window().focus).toHaveBeenCalled();
    expect(electron.BrowserWindow.all).toHaveLength(1);
  });

  it('registers its scheme as a secure origin', () => {
    const privileges = { standard: true, secure: true, supportFetchAPI: true };
    expect(electron.asked.schemes).toEqual([{ scheme: 'app', privileges }]);
  });

  it('offers the page functions and no channel', () => {
    expect(Object.keys(desktop).toSorted()).toEqual([
      'chooseFolder',
      'connect',
      'dragPortrait',
      'notify',
      'onCommand',
      'onOpened',
      'openOutput',
      'openPicture',
      'showInFolder',
      'showPortrait',
      'showProgress',
    ]);
  });

  it('has a menu of the system’s roles, whose commands reach the page', () => {
    const { menu } = electron.asked;
    const roles = menu.map(({ role }) => role);
    expect(roles).toEqual(expect.arrayContaining(['fileMenu', 'editMenu', 'windowMenu', 'help']));
    menuItem('Export…').click?.();
    expect(window().webContents.send).toHaveBeenCalledWith('desktop:command', 'export');
  });
});

describe('the app’s window', () => {
  it('is one of several, each of which remembers where it was', async () => {
    menuItem('New Window').click?.();
    await vi.waitFor(() => expect(electron.BrowserWindow.all).toHaveLength(2));
    const [first, second] = electron.BrowserWindow.all;
    expect([first, second].map((each) => each?.options['name'])).toEqual(['studio', 'studio-2']);
    second?.emit('closed');
    electron.BrowserWindow.all.pop();
    menuItem('New Window').click?.();
    await vi.waitFor(() => expect(electron.BrowserWindow.all).toHaveLength(2));
    // A name that is free again is that of the next.
    const third = electron.BrowserWindow.all.pop();
    expect(third?.options['name']).toBe('studio-2');
    third?.emit('closed');
  });

  it('is closed with work that waits in it only where the artist says so', () => {
    const leave = (answer: number) => {
      electron.dialog.showMessageBoxSync.mockReturnValueOnce(answer);
      const event = { preventDefault: vi.fn() };
      window().webContents.emit('will-prevent-unload', event);
      return event.preventDefault.mock.calls.length > 0;
    };
    expect([leave(0), leave(1)]).toEqual([false, true]);
  });

  it('shows in the task bar how far work is', () => {
    for (const share of [0.25, null, 7 as number]) desktop.showProgress(share);
    expect(window().setProgressBar.mock.calls).toEqual([[0.25], [-1]]);
  });

  it('is come to by what the system told of it', () => {
    window().focus.mockClear();
    desktop.notify('Drawing has ended.');
    const [notice] = electron.Notification.all;
    expect(notice?.options.body).toBe('Drawing has ended.');
    expect(notice?.show).toHaveBeenCalled();
    notice?.emit('click');
    expect(window().focus).toHaveBeenCalled();
  });

  it('starts afresh when its page crashed', () => {
    window().webContents.emit('render-process-gone', {}, { reason: 'clean-exit' });
    expect(window().reload).not.toHaveBeenCalled();
    window().webContents.emit('render-process-gone', {}, { reason: 'crashed' });
    expect(window().reload).toHaveBeenCalledOnce();
  });
});

describe('the output', () => {
  const outputs = () => electron.BrowserWindow.all.slice(1);

  it('has one confined window, which fills another screen where there is one', async () => {
    await expect(desktop.openOutput()).resolves.toEqual({ value: undefined });
    const [plain] = outputs();
    expect(plain?.address).toBe('app://studio/?output');
    expect(plain?.options).not.toHaveProperty('fullscreen');
    expect(plain?.options['webPreferences']).toMatchObject({
      sandbox: true,
      nodeIntegration: false,
    });
    await desktop.openOutput();
    expect(outputs()).toHaveLength(1);
    expect(plain?.focus).toHaveBeenCalled();
    plain?.close();
    electron.screen.all.push({ id: 2, bounds: { x: 1440, y: 0, width: 800, height: 600 } });
    await desktop.openOutput();
    expect(outputs()[0]?.options).toMatchObject({ x: 1440, width: 800, fullscreen: true });
    outputs()[0]?.close();
    expect(outputs()).toEqual([]);
  });
});

describe('the app’s pages', () => {
  const load = (url: string) => electron.schemes.call('app', new Request(url)) as Promise<Response>;

  it('come with the same policy as in a browser', async () => {
    const response = await load('app://studio/');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it.each(['app://studio/..%2f..%2fpackage.json', 'app://studio/%2e%2e/%2e%2e/package.json'])(
    'do not lead out of their folder: %s',
    async (url) => {
      expect((await load(url)).status).toBe(404);
    },
  );

  it('exist under one host only', async () => {
    expect((await load('app://elsewhere/')).status).toBe(404);
  });

  it('show the engine’s pictures', async () => {
    studio.picture = async () => Uint8Array.of(1, 2, 3);
    const response = await load(`app://studio/pictures/${portraitId(1)}`);
    expect(response.headers.get('content-type')).toBe('image/png');
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(Uint8Array.of(1, 2, 3));
  });
});

describe('the app’s confinement', () => {
  it('denies every permission but writing to the clipboard, hearing MIDI and filling the screen', () => {
    const decide = vi.fn();
    const denied = ['media', 'geolocation', 'notifications', 'openExternal', 'hid', 'midiSysex'];
    for (const permission of denied) {
      expect(electron.permissions.call('check', null, permission)).toBe(false);
      electron.permissions.call('request', null, permission, decide);
    }
    expect(decide.mock.calls.flat()).toEqual(denied.map(() => false));
    for (const permission of ['clipboard-sanitized-write', 'midi', 'fullscreen']) {
      expect(electron.permissions.call('check', null, permission)).toBe(true);
    }
    expect(electron.permissions.call('device', {})).toBe(false);
  });

  it('opens no other window and attaches no webview', () => {
    const { webContents } = window();
    expect(webContents.openHandler?.({ url: 'app://studio/' })).toEqual({ action: 'deny' });
    const event = { preventDefault: vi.fn() };
    webContents.emit('will-attach-webview', event);
    expect(event.preventDefault).toHaveBeenCalled();
  });

  it.each(['will-frame-navigate', 'will-redirect'])('stays at home on %s', (name) => {
    const goes = (url: string) => {
      const event = { url, preventDefault: vi.fn() };
      window().webContents.emit(name, event);
      return event.preventDefault.mock.calls.length === 0;
    };
    expect(goes('app://studio/')).toBe(true);
    expect(
      ['https://evil.example/', 'app://studio.evil/', 'file:///etc/passwd', 'nothing'].filter(goes),
    ).toEqual([]);
  });

  it.each([
    ['a foreign page', { url: 'https://evil.example/', parent: null }],
    ['a page with a name like ours', { url: 'app://studio.evil/', parent: null }],
    ['a frame inside the page', { url: 'app://studio/', parent: {} }],
  ])('refuses %s on every channel', async (_, frame) => {
    electron.caller.frame = frame;
    electron.dialog.showOpenDialog.mockClear();
    const denied = { code: 'access-denied' };
    for (const call of [
      desktop.openPicture,
      desktop.chooseFolder,
      () => desktop.showInFolder('/x'),
      () => desktop.showPortrait(portraitId(1)),
      desktop.openOutput,
    ]) {
      await expect(call()).resolves.toEqual({ error: expect.objectContaining(denied) });
    }
    const exportPortraits = vi.fn();
    studio.exportPortraits = exportPortraits;
    desktop.dragPortrait(portraitId(1));
    const { length } = electron.Notification.all;
    desktop.notify('You have won.');
    expect(electron.Notification.all).toHaveLength(length);
    const port = electron.nextPort();
    desktop.connect();
    const answered = vi.fn();
    const client = createClient(studioMethods, overMessagePort(await port));
    void client.count({}).then(answered, answered);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(answered).not.toHaveBeenCalled();
    expect(electron.dialog.showOpenDialog).not.toHaveBeenCalled();
    expect(exportPortraits).not.toHaveBeenCalled();
  });
});

describe('the app’s engine', () => {
  it('runs in plain Node, without what could load other code into it', async () => {
    studio.count = async () => ({ count: 3 });
    const client = await connect();
    await expect(client.count({})).resolves.toEqual({ count: 3 });
    const [node, args, options] = starts[0]!.command;
    expect(node).not.toMatch(/electron/i);
    expect(args).toContain(
      path.join(electron.app.getAppPath(), 'electron/hosts/desktop/engine.ts'),
    );
    expect(options).toMatchObject({ serialization: 'advanced', env: { NODE_OPTIONS: undefined } });
    expect(options.env).not.toHaveProperty('ELECTRON_RUN_AS_NODE');
  });

  it('is started again after it ended, and the page told', async () => {
    studio.count = async () => ({ count: 3 });
    const client = await connect();
    const hanging = new Promise(() => undefined);
    studio.status = () => hanging as ReturnType<StudioService['status']>;
    const lost = expect(client.status({})).rejects.toMatchObject({ code: 'disconnected' });
    await client.count({});
    const { child } = starts.at(-1)!;
    child.emit('disconnect');
    child.emit('exit', 1);
    await lost;
    await expect((await connect()).count({})).resolves.toEqual({ count: 3 });
    expect(starts.at(-1)!.child).not.toBe(child);
  });
});

describe('the system’s services', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'desktop-'));
  const table = (into: string) => ({
    portraits: { by: 'ids' as const, ids: [portraitId(1)] },
    as: { kind: 'table' as const, format: 'csv' as const, ifExists: 'rename' as const },
    name: 'portraits',
    destination: { kind: 'folder' as const, folder: into },
  });

  it('lets exports go where the artist pointed, and nowhere else', async () => {
    const exportPortraits = vi.fn(async () => ({ kind: 'files' as const, files: [] }));
    studio.exportPortraits = exportPortraits;
    const client = await connect();
    await expect(client.exportPortraits(table(folder))).rejects.toMatchObject({
      code: 'access-denied',
    });
    electron.dialog.showOpenDialog.mockResolvedValueOnce({ filePaths: [folder] });
    await expect(desktop.chooseFolder()).resolves.toEqual({ value: folder });
    await client.exportPortraits(table(folder));
    await expect(client.exportPortraits(table('/'))).rejects.toMatchObject({
      code: 'access-denied',
    });
    expect(exportPortraits).toHaveBeenCalledOnce();

    await desktop.showInFolder(path.join(folder, 'a.png'));
    expect(electron.shell.showItemInFolder).toHaveBeenCalledWith(path.join(folder, 'a.png'));
    const elsewhere = path.join(folder, '..', 'b.png');
    await expect(desktop.showInFolder(elsewhere)).resolves.toMatchObject({
      error: { code: 'access-denied', message: expect.stringContaining('not among') },
    });
  });

  it('says in words what it cannot be asked', async () => {
    await expect(desktop.showInFolder('')).resolves.toEqual({
      error: { code: 'invalid-argument', message: expect.stringContaining('file') },
    });
  });

  it('hangs up on a page that asks for too much at once', async () => {
    const get = vi.fn();
    studio.get = get;
    const port = electron.nextPort();
    desktop.connect();
    const page = await port;
    const closed = new Promise((resolve) => page.once('close', resolve));
    const input = Array.from({ length: 300_000 }, () => ({}));
    page.postMessage({ type: 'request', id: 1, method: 'get', input });
    await closed;
    expect(get).not.toHaveBeenCalled();
  });

  it('shows where a portrait of the library lies, by its id', async () => {
    studio.pictureFile = async ({ id }) => ({ file: `/library/${id}.png` });
    await desktop.showPortrait(portraitId(1));
    expect(electron.shell.showItemInFolder).toHaveBeenLastCalledWith(
      `/library/${portraitId(1)}.png`,
    );
    await expect(desktop.showPortrait('../../etc/passwd')).resolves.toHaveProperty('error');
    studio.pictureFile = async () => {
      throw new StudioError('not-found', 'It is gone.');
    };
    await expect(desktop.showPortrait(portraitId(1))).resolves.toEqual({
      error: { code: 'not-found', message: 'It is gone.' },
    });
  });

  it('opens a picture', async () => {
    const file = path.join(folder, 'a.png');
    writeFileSync(file, Uint8Array.of(1, 2));
    electron.dialog.showOpenDialog.mockResolvedValueOnce({ filePaths: [file] });
    await expect(desktop.openPicture()).resolves.toEqual({
      value: { name: 'a.png', bytes: Uint8Array.of(1, 2) },
    });
    electron.dialog.showOpenDialog.mockResolvedValueOnce({ filePaths: [] });
    await expect(desktop.openPicture()).resolves.toEqual({ value: null });
  });

  it('remembers pictures that were opened, and opens them again from the menu or by the system', async () => {
    const file = path.join(folder, 'recent.png');
    writeFileSync(file, Uint8Array.of(3, 4));
    electron.dialog.showOpenDialog.mockResolvedValueOnce({ filePaths: [file] });
    await desktop.openPicture();
    expect(electron.app.addRecentDocument).toHaveBeenLastCalledWith(file);
    const recent = () => menuItem('Open Recent').submenu ?? [];
    expect(recent()[0]).toMatchObject({ label: 'recent.png' });
    const { send } = window().webContents;
    const opened = { name: 'recent.png', bytes: Uint8Array.of(3, 4) };
    const opens: (() => unknown)[] = [
      () => recent()[0]?.click?.(),
      () => electron.app.emit('second-instance', {}, ['studio', '--flag', 'recent.png'], folder),
      () => electron.app.emit('open-file', { preventDefault: vi.fn() }, file),
    ];
    for (const open of opens) {
      send.mockClear();
      open();
      await vi.waitFor(() => expect(send.mock.calls).toEqual([['desktop:opened', opened]]));
    }
    // What is gone is told of, and not offered again.
    rmSync(file);
    electron.dialog.showMessageBox.mockClear();
    recent()[0]?.click?.();
    await vi.waitFor(() => expect(electron.dialog.showMessageBox).toHaveBeenCalledOnce());
    expect(recent().map(({ label }) => label)).not.toContain('recent.png');
    menuItem('Open Recent')
      .submenu?.find(({ label }) => label === 'Clear Recent Pictures')
      ?.click?.();
    expect(electron.app.clearRecentDocuments).toHaveBeenCalled();
    expect(recent().at(-1)).toMatchObject({ label: 'Clear Recent Pictures', enabled: false });
  });

  it('says why a picture cannot be opened', async () => {
    electron.dialog.showOpenDialog.mockResolvedValueOnce({ filePaths: [path.join(folder, 'no')] });
    await expect(desktop.openPicture()).resolves.toEqual({ value: null });
    expect(electron.dialog.showMessageBox).toHaveBeenCalledWith(
      window(),
      expect.objectContaining({ type: 'error' }),
    );
  });

  it('drags a portrait as a file that tells its story', async () => {
    const exportPortraits = vi.fn<StudioService['exportPortraits']>(async () => ({
      kind: 'files',
      files: ['/tmp/words 1.png'],
    }));
    studio.exportPortraits = exportPortraits;
    desktop.dragPortrait(portraitId(1));
    await vi.waitFor(() =>
      expect(window().webContents.startDrag).toHaveBeenCalledWith({
        file: '/tmp/words 1.png',
        icon: 'icon of /tmp/words 1.png',
      }),
    );
    const [{ as, destination }] = exportPortraits.mock.calls[0]!;
    expect(as).toMatchObject({ metadata: true });
    const { folder } = destination as { folder: string };
    // In a folder that nobody else could have made before.
    expect(statSync(path.dirname(folder)).mode & 0o777).toBe(0o700);
    expect(path.basename(folder)).toBe(portraitId(1));
    expect(path.dirname(folder)).toBe(path.join(electron.userData, 'dragged'));
  });
});

describe('the end of the app', () => {
  const quit = () => {
    const event = { preventDefault: vi.fn() };
    electron.app.emit('will-quit', event);
    return event.preventDefault.mock.calls.length > 0;
  };

  it('waits for an engine that still writes, and for no other', async () => {
    await (await connect()).count({});
    const { child } = starts.at(-1)!;
    expect(quit()).toBe(true);
    await vi.waitFor(() => expect(child).toHaveProperty('connected', false));
    expect(electron.app.exit).not.toHaveBeenCalled();
    child.emit('exit', 0);
    await vi.waitFor(() => expect(electron.app.exit).toHaveBeenCalledOnce());
    expect(quit()).toBe(false);
    // What was dragged out goes with it.
    expect(existsSync(path.join(electron.userData, 'dragged'))).toBe(false);
  });

  it('does not wait for ever', { timeout: 10_000 }, async () => {
    electron.app.exit.mockClear();
    await (await connect()).count({});
    expect(quit()).toBe(true);
    await vi.waitFor(() => expect(electron.app.exit).toHaveBeenCalledOnce(), 8_000);
  });
});
