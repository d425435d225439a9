/** What is wrong with what is on screen, and a screenshot of it. */
import { AxeBuilder } from '@axe-core/playwright';
import path from 'node:path';
import type { Page } from 'playwright-core';
import type { Theme } from './browser.ts';
import { findMislaid } from './layout.ts';

/** Of the windows, those that axe looks at: one, and the same at a zoom of 150 %. */
const AXE_WIDTHS = [853, 1280];
/** What a theme can change of what axe looks at. */
const COLOURS = ['color-contrast'];
/** Menus, tips and popovers stand at the end of the page, outside of its landmarks. */
const APART = ['region'];
const SHOTS = path.join(import.meta.dirname, '../screenshots');

/** Takes a screenshot, and returns what is wrong with what is on screen. */
export async function look(page: Page, name: string, theme: Theme): Promise<string[]> {
  const problems = [...(await findMislaid(page)), ...(await findBarred(page, name, theme))];
  return problems.map((problem) => `${name}: ${problem}`);
}

/** The same in windows of several sizes, and in both themes where axe looks. */
export async function lookEverywhere(
  page: Page,
  name: string,
  sizes: readonly (readonly [width: number, height: number])[],
): Promise<string[]> {
  const before = page.viewportSize()!;
  const problems: string[] = [];
  for (const [width, height] of sizes) {
    await page.setViewportSize({ width, height });
    const at = `${name} at ${width} × ${height}`;
    problems.push(...(await findMislaid(page)).map((problem) => `${at}: ${problem}`));
    if (!AXE_WIDTHS.includes(width)) continue;
    for (const theme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: theme });
      const barred = await findBarred(page, name, theme, theme === 'light' ? COLOURS : undefined);
      problems.push(...barred.map((problem) => `${at}, ${theme}: ${problem}`));
    }
  }
  await page.setViewportSize(before);
  return problems;
}

/** Takes a screenshot; what axe, which takes long, finds where it looks, by all of its rules or by some. */
async function findBarred(
  page: Page,
  name: string,
  theme: Theme,
  rules?: string[],
): Promise<string[]> {
  const { width } = page.viewportSize()!;
  await page.screenshot({ path: path.join(SHOTS, `${name}-${theme}-${width}.png`) });
  if (!AXE_WIDTHS.includes(width)) return [];
  // The window has no frames, for which axe would open a page of its own each time.
  const axe = new AxeBuilder({ page }).setLegacyMode(true);
  const { violations } = await (rules ? axe.withRules(rules) : axe.disableRules(APART)).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}
