import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openAppWindow } from '../../electron/hosts/launch/browser.ts';

const URL = 'http://127.0.0.1:1/?token=once';

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
