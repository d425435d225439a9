import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openAppWindow } from '../../electron/hosts/launch/browser.ts';
import { handOver } from '../../electron/hosts/web/hand-over.ts';
import { openWindow } from '../../electron/hosts/web/open-window.ts';
import { ownName } from '../../electron/hosts/web/own-name.ts';

const URL = 'file:///private/window-1.html';

describe.skipIf(process.platform !== 'linux')('openAppWindow', () => {
  let folder: string;
  let record: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'browser-'));
    record = path.join(folder, 'record');
    vi.stubEnv('PATH', `/nowhere${path.delimiter}${folder}`);
    vi.stubEnv('DISPLAY', ':0');
    vi.stubEnv('WAYLAND_DISPLAY', undefined);
  });

  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  function install(name: string, exitCode: number): void {
    const file = path.join(folder, name);
    writeFileSync(file, `#!/bin/sh\necho "${name} $1" > "${record}"\nexit ${exitCode}\n`);
    chmodSync(file, 0o755);
  }

  it('shows the page as a window of the first browser there is', async () => {
    install('microsoft-edge', 0);
    install('chromium', 0);
    await expect(openAppWindow(URL)).resolves.toBe(true);
    expect(readFileSync(record, 'utf8')).toBe(`chromium --app=${URL}\n`);
  });

  it('says so when the browser cannot start', async () => {
    install('google-chrome', 1);
    await expect(openAppWindow(URL)).resolves.toBe(false);
  });

  it('says so when there is no browser', async () => {
    await expect(openAppWindow(URL)).resolves.toBe(false);
  });

  it('starts none without a screen', async () => {
    install('chromium', 0);
    vi.stubEnv('DISPLAY', undefined);
    await expect(openAppWindow(URL)).resolves.toBe(false);
    expect(existsSync(record)).toBe(false);
  });
});

describe.skipIf(process.platform !== 'linux')('openWindow', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'browser-'));
  const privately = path.join(folder, 'private');
  const record = path.join(folder, 'record');
  afterAll(() => rmSync(folder, { recursive: true }));
  afterEach(() => vi.unstubAllEnvs());

  function host() {
    let use: () => void = () => undefined;
    const used = new Promise<void>((resolve) => {
      use = resolve;
    });
    const url = 'http://studio-1.localhost:7417/?token=secret';
    return { use: () => use(), namedUrlForOnce: () => ({ url, used }) };
  }

  /** A browser that stays until it is ended, and one that does not start. */
  function install(script: string): void {
    const file = path.join(folder, 'chromium');
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    vi.stubEnv('PATH', `${folder}${path.delimiter}${process.env['PATH']}`);
    vi.stubEnv('DISPLAY', ':0');
  }

  it('puts no secret on a command line, where every user of the machine can read it', async () => {
    install(`echo "$0 $*" > "${record}"; exec sleep 5`);
    const { use, ...studio } = host();
    const opening = openWindow(studio, privately, AbortSignal.timeout(10_000));
    await vi.waitFor(() => expect(readFileSync(record, 'utf8')).toContain('--app='), 5_000);
    const [, page] = /--app=(\S+)/.exec(readFileSync(record, 'utf8')) ?? [];
    const file = fileURLToPath(page!);
    expect(page).not.toMatch(/token|secret|localhost/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(privately).mode & 0o777).toBe(0o700);
    expect(readFileSync(file, 'utf8')).toContain('token=secret');
    const lines = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    for (const pid of lines) expect(commandLine(pid)).not.toContain('token=secret');
    use();
    await expect(opening).resolves.toBe(true);
    expect(existsSync(file)).toBe(false);
  });

  it('says so when no browser can be started, and leaves nothing', async () => {
    install('exit 1');
    const opening = openWindow(host(), privately, AbortSignal.timeout(10_000));
    await expect(opening).resolves.toBe(false);
    expect(readdirSync(privately)).toEqual([]);
  });

  it('replaces what somebody left in its place, and never follows it', async () => {
    const target = path.join(folder, 'target');
    writeFileSync(target, 'precious');
    symlinkSync(target, path.join(privately, 'window-7417.html'));
    const { address, remove } = await handOver(host().namedUrlForOnce().url, privately);
    expect(readFileSync(target, 'utf8')).toBe('precious');
    expect(readFileSync(fileURLToPath(address), 'utf8')).toContain('secret');
    await remove();
  });
});

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

describe('the web host’s own name', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'own-name-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is kept where this user alone can read it', async () => {
    const name = await ownName(folder);
    expect(name).toMatch(/^studio-[0-9a-f]{32}\.localhost$/);
    await expect(ownName(folder)).resolves.toBe(name);
    const file = path.join(folder, 'window-name');
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('is another one where what was kept is none', async () => {
    writeFileSync(path.join(folder, 'window-name'), 'evil.example');
    await expect(ownName(folder)).resolves.toMatch(/^studio-[0-9a-f]{32}\.localhost$/);
  });

  it('is there too where nothing can be kept', async () => {
    const file = path.join(folder, 'window-name');
    await expect(ownName(file)).resolves.not.toBe(await ownName(file));
  });
});
