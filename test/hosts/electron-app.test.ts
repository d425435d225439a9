import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildIfStale } from '../../electron/hosts/launch/build.ts';
import { hasScreen } from '../../electron/hosts/launch/browser.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** Electron's binary if it was ever downloaded. A test does not download it. */
function findBinary(): string | null {
  const folder = path.join(ROOT, 'node_modules/electron');
  const pathFile = path.join(folder, 'path.txt');
  if (!existsSync(pathFile)) return null;
  const binary = path.join(folder, 'dist', readFileSync(pathFile, 'utf8'));
  return existsSync(binary) ? binary : null;
}

const binary = findBinary();
const reason =
  binary === null ? 'Electron’s binary is not here' : hasScreen() ? null : 'there is no screen';
if (reason !== null) {
  process.stderr.write(
    `\n*** SKIPPED: the desktop app from end to end, because ${reason}. ***\n\n`,
  );
}

describe.skipIf(reason !== null)('the desktop app from end to end', () => {
  const library = mkdtempSync(path.join(tmpdir(), 'electron-app-'));
  let app: ElectronApplication;
  let page: Page;

  beforeAll(async () => {
    await buildIfStale();
    app = await _electron.launch({
      executablePath: binary ?? '',
      args: [ROOT, `--user-data-dir=${path.join(library, 'user-data')}`],
      env: { ...process.env, CLIP_FLOW_NODE: process.execPath, CLIP_FLOW_LIBRARY: library },
    });
    page = await app.firstWindow();
    await page.getByRole('textbox').first().waitFor();
  }, 120_000);

  afterAll(async () => {
    await app.close();
    rmSync(library, { recursive: true, force: true });
  });

  it('shows the studio on its own origin', () => {
    expect(page.url()).toBe('app://studio/');
  });

  // Scripts for the page are text: the tests' own types know no DOM.
  it('gives the page nothing of Node', async () => {
    expect(await page.evaluate("'require' in globalThis || 'process' in globalThis")).toBe(false);
    expect(await page.evaluate("Object.keys(globalThis.desktop).includes('connect')")).toBe(true);
  });

  it('runs no script that stands in the page itself', async () => {
    await page.evaluate(`
      const script = document.createElement('script');
      script.textContent = 'globalThis.ran = true';
      document.head.append(script);
    `);
    expect(await page.evaluate("'ran' in globalThis")).toBe(false);
  });

  it('goes nowhere else', async () => {
    await page.evaluate("location.assign('https://example.com/')");
    await page.waitForTimeout(500);
    expect(page.url()).toBe('app://studio/');
    expect(await page.evaluate("window.open('https://example.com/') === null")).toBe(true);
  });
});
