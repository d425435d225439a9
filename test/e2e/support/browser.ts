import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';

const EXECUTABLE = process.env['CLIP_FLOW_CHROMIUM'] ?? '/usr/bin/chromium';

/** Machines that train a model meanwhile are slow. */
const PATIENCE_MS = 90_000;

/** Whether there is a browser to test in. Where there is none, the tests say so loudly. */
export const hasBrowser = existsSync(EXECUTABLE);
if (!hasBrowser) {
  console.warn(
    `\nSKIPPED: no browser at ${EXECUTABLE}. Set CLIP_FLOW_CHROMIUM to run these tests.\n`,
  );
}

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: EXECUTABLE,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

export type Theme = 'light' | 'dark';

export interface WindowOptions {
  width?: number;
  height?: number;
  theme?: Theme;
  /** Pixels of the screen to one of CSS. */
  pixelRatio?: number;
}

/** A window of a browser profile of its own. What the page complains of in its console is collected. */
export async function openWindow(
  browser: Browser,
  url: string,
  { width = 1280, height = 800, theme = 'dark', pixelRatio = 1 }: WindowOptions = {},
): Promise<Page & { complaints: string[] }> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    deviceScaleFactor: pixelRatio,
    permissions: ['clipboard-read', 'clipboard-write'],
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(PATIENCE_MS);
  context.setDefaultNavigationTimeout(PATIENCE_MS);
  const page = Object.assign(await context.newPage(), { complaints: [] as string[] });
  page.on('pageerror', (error) => page.complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') page.complaints.push(message.text());
  });
  await page.goto(url);
  return page;
}
