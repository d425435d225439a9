/** What is wrong with what is on screen, and a screenshot of it. */
import { AxeBuilder } from '@axe-core/playwright';
import path from 'node:path';
import type { Page } from 'playwright-core';
import type { Theme } from './browser.ts';

/** Of the windows, those that axe looks at: one, and the same at a zoom of 150 %. */
const AXE_WIDTHS = [853, 1280];
const SHOTS = path.join(import.meta.dirname, '../screenshots');

/** Takes a screenshot, and returns what is wrong with what is on screen. */
export async function look(page: Page, name: string, theme: Theme): Promise<string[]> {
  const { width } = page.viewportSize()!;
  await page.screenshot({ path: path.join(SHOTS, `${name}-${theme}-${width}.png`) });
  const problems = [
    ...(await findCut(page)),
    ...(AXE_WIDTHS.includes(width) ? await findBarred(page) : []),
  ];
  return problems.map((problem) => `${name}: ${problem}`);
}

/** Serious accessibility violations, which take long to find. */
async function findBarred(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}

/** What reaches out of the window, parts whose content is wider than they are, and fields under something. */
function findCut(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const isSeen = (element: Element) =>
      element.checkVisibility({ visibilityProperty: true }) &&
      !element.closest('[role="listbox"], [role="grid"], .visually-hidden');
    const outside = [...document.querySelectorAll('button, figure, canvas, img, textarea')].filter(
      (element) => {
        const { left, right } = element.getBoundingClientRect();
        return isSeen(element) && (left < 0 || right > innerWidth);
      },
    );
    const wider = [...document.querySelectorAll('html, main, aside, [role="dialog"] .body')].filter(
      ({ scrollWidth, clientWidth }) => scrollWidth > clientWidth,
    );
    // Where a dialog or a menu stands in front, what is below is covered.
    const covered = [...document.querySelectorAll('main textarea')].filter((field) => {
      const { left, top, width, height } = field.getBoundingClientRect();
      const front = document.elementFromPoint(left + width / 2, top + height / 2);
      return (
        isSeen(field) &&
        front !== field &&
        !document.querySelector('[role="dialog"], [role="menu"]')
      );
    });
    const cut = (elements: Element[], how: string) =>
      elements.map((element) => `${element.outerHTML.slice(0, 120)} ${how}`);
    return [
      ...cut(outside, 'reaches out of the window'),
      ...cut(wider, 'is wider inside'),
      ...cut(covered, 'is covered'),
    ];
  });
}
