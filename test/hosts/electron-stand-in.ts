/**
 * Stands in for the `electron` module where its binary cannot be had: enough of it to execute the
 * real main process and the real preload, and to look at what they asked for.
 */
import { EventEmitter, once } from 'node:events';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { MessagePort } from 'node:worker_threads';
import { vi } from 'vitest';

/** The frame that calls come from; a test puts another one here to be a stranger. */
export const caller = { frame: { url: 'app://studio/', parent: null as object | null } };

interface MenuEntry {
  role?: string;
  label?: string;
  enabled?: boolean;
  click?(): void;
  submenu?: MenuEntry[];
}

/** What the app asked for while it started. */
export const asked = {
  sandbox: false,
  schemes: [] as object[],
  menu: [] as MenuEntry[],
  exposed: {} as Record<string, unknown>,
};

/** An app as it is built, with a file beside its pages that is none of them. */
const appFolder = mkdtempSync(path.join(tmpdir(), 'clip-flow-app-'));
mkdirSync(path.join(appFolder, 'dist/renderer'), { recursive: true });
writeFileSync(path.join(appFolder, 'dist/renderer/index.html'), '<!doctype html>');
writeFileSync(path.join(appFolder, 'package.json'), '{}');

/** What is this user's and this app's alone. */
export const userData = mkdtempSync(path.join(tmpdir(), 'clip-flow-user-'));

export const app = Object.assign(new EventEmitter(), {
  isPackaged: false,
  enableSandbox: () => void (asked.sandbox = true),
  requestSingleInstanceLock: vi.fn(() => true),
  quit: vi.fn(),
  exit: vi.fn(),
  getAppPath: () => appFolder,
  getPath: () => userData,
  addRecentDocument: vi.fn(),
  clearRecentDocuments: vi.fn(),
  whenReady: () => Promise.resolve(),
});

class WebContents extends EventEmitter {
  openHandler: ((details: { url: string }) => { action: string }) | undefined;
  readonly send = vi.fn();
  readonly startDrag = vi.fn();
  address = '';
  getURL = (): string => this.address;
  setWindowOpenHandler(handler: NonNullable<WebContents['openHandler']>): void {
    this.openHandler = handler;
  }
}

export class BrowserWindow extends EventEmitter {
  static all: BrowserWindow[] = [];
  readonly webContents = new WebContents();
  readonly show = vi.fn();
  readonly focus = vi.fn();
  readonly restore = vi.fn();
  readonly reload = vi.fn();
  readonly setProgressBar = vi.fn();
  readonly isMinimized = () => true;
  readonly isFocused = () => false;
  readonly isDestroyed = () => false;
  readonly options: Record<string, unknown>;

  constructor(options: Record<string, unknown>) {
    super();
    this.options = options;
    BrowserWindow.all.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }
  async loadURL(address: string): Promise<void> {
    this.webContents.address = address;
  }
  get address(): string {
    return this.webContents.address;
  }
  getBounds = () => ({ x: 0, y: 0, width: 1440, height: 900 });
  close(): void {
    BrowserWindow.all = BrowserWindow.all.filter((window) => window !== this);
    this.emit('closed');
  }
  static getAllWindows = () => BrowserWindow.all;
  static getFocusedWindow = () => BrowserWindow.all[0] ?? null;
  static fromWebContents = (contents: WebContents) =>
    BrowserWindow.all.find((window) => window.webContents === contents) ?? null;
}

type Handler = (...values: never[]) => unknown;

/** Keeps what was registered, to be called as Electron would. */
function register() {
  const registered = new Map<string, Handler>();
  const set = (name: string) => (handler: Handler) => registered.set(name, handler);
  const call = (name: string, ...values: unknown[]): unknown =>
    Reflect.apply(registered.get(name) ?? missing(name), undefined, values);
  return { registered, set, call };
}

function missing(name: string): never {
  throw new Error(`Nothing was registered as ${name}.`);
}

export const permissions = register();
export const schemes = register();
export const invocations = register();

export const session = {
  defaultSession: {
    setPermissionCheckHandler: permissions.set('check'),
    setPermissionRequestHandler: permissions.set('request'),
    setDevicePermissionHandler: permissions.set('device'),
    setDisplayMediaRequestHandler: permissions.set('display-media'),
    protocol: {
      handle: (scheme: string, handler: Handler) => schemes.registered.set(scheme, handler),
    },
  },
};

/** The screens, of which the window is on the first. */
export const screen = {
  all: [{ id: 1, bounds: { x: 0, y: 0, width: 1440, height: 900 } }],
  getDisplayMatching: () => screen.all[0],
  getAllDisplays: () => screen.all,
};

export const protocol = {
  registerSchemesAsPrivileged: (list: object[]) => void asked.schemes.push(...list),
};

export const ipcMain = Object.assign(new EventEmitter(), {
  handle: (channel: string, handler: Handler) => invocations.registered.set(channel, handler),
});

const ipcEvent = (ports: object[] = []) => ({
  sender: BrowserWindow.all[0]?.webContents,
  senderFrame: caller.frame,
  ports,
});

/** What an event of `ipcMain` calls a port: its events carry the message as `data`. */
class MessagePortMain extends EventEmitter {
  readonly #port: MessagePort;
  constructor(port: MessagePort) {
    super();
    this.#port = port;
    port.on('message', (data) => this.emit('message', { data }));
    port.on('close', () => this.emit('close'));
  }
  readonly start = vi.fn();
  postMessage = (message: unknown) => this.#port.postMessage(message);
  close = () => this.#port.close();
}

export const ipcRenderer = Object.assign(new EventEmitter(), {
  invoke: async (channel: string, input?: unknown) =>
    structuredClone(await invocations.call(channel, ipcEvent(), structuredClone(input))),
  send: (channel: string, input?: unknown) => ipcMain.emit(channel, ipcEvent(), input),
  postMessage: (channel: string, message: unknown, ports: MessagePort[]) =>
    ipcMain.emit(channel, ipcEvent(ports.map((port) => new MessagePortMain(port))), message),
});

export const contextBridge = {
  exposeInMainWorld: (name: string, api: unknown) => void (asked.exposed[name] = api),
};
export const dialog = {
  showOpenDialog: vi.fn(),
  showMessageBox: vi.fn(),
  showMessageBoxSync: vi.fn(() => 0),
};
export const shell = { showItemInFolder: vi.fn() };
export const nativeTheme = { shouldUseDarkColors: true };
export const nativeImage = {
  createFromPath: (file: string) => ({ resize: () => `icon of ${file}` }),
};
/** What the system was to tell. */
export class Notification extends EventEmitter {
  static all: Notification[] = [];
  static isSupported = () => true;
  readonly options: { body: string };
  readonly show = vi.fn();
  constructor(options: { body: string }) {
    super();
    this.options = options;
    Notification.all.push(this);
  }
}
export const Menu = {
  buildFromTemplate: (template: MenuEntry[]) => template,
  setApplicationMenu: (menu: MenuEntry[]) => void (asked.menu = menu),
};

/** The page's window: what the preload posts to it. */
export const page = new EventEmitter();

/** The next port that the preload hands to the page. */
export async function nextPort(): Promise<MessagePort> {
  const [port] = await once(page, 'port');
  return port;
}

vi.stubGlobal('window', {
  location: { origin: 'app://studio' },
  postMessage: (message: unknown, origin: string, [port]: MessagePort[]) => {
    if (message === 'clip-flow:port' && origin === 'app://studio') page.emit('port', port);
  },
});
