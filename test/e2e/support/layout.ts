/** What is wrong with how the parts of the window lie: found by measuring, in whatever is on screen. */
import type { Page } from 'playwright-core';

/** Until what lies over the window has found its place again; what was wrong is looked at a second time. */
const SETTLE_MS = 100;
const SETTLED_MS = 500;

/**
 * What reaches out of the window or out of the part that cuts it off, lies under something else, scrolls sideways,
 * or is cut short without a title that tells the rest, when the window has come to rest. Where a dialog stands in
 * front, of the dialog alone.
 *
 * @returns one line for each fault, with the beginning of its markup
 */
export async function findMislaid(page: Page): Promise<string[]> {
  await page.waitForTimeout(SETTLE_MS);
  if ((await measureMislaid(page)).length === 0) return [];
  await page.waitForTimeout(SETTLED_MS);
  return measureMislaid(page);
}

function measureMislaid(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    /** Lines and rounding may stand over by so many px. */
    const SLACK = 1.5;
    const CONTROLS =
      'a, button, input, select, textarea, [role=slider], [role=switch], [role=radio], [tabindex="0"]';
    const PICTURES = 'figure, canvas, img';

    interface Box {
      readonly left: number;
      readonly top: number;
      readonly right: number;
      readonly bottom: number;
    }

    const front =
      [...document.querySelectorAll('[role=dialog], [role=menu], [data-popover-content]')].at(-1) ??
      document.body;
    const window: Box = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
    const faults: string[] = [];
    const blame = (element: Element, what: string) =>
      faults.push(`${element.outerHTML.slice(0, 140)} ${what}`);

    function* ancestors(element: Element): Generator<Element> {
      for (let at = element.parentElement; at; at = at.parentElement) yield at;
    }
    const isSeen = (element: Element) =>
      !element.closest('[role=tooltip]') &&
      element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
      element.getBoundingClientRect().width > 1;
    const isScrolled = (overflow: string) => overflow === 'auto' || overflow === 'scroll';

    /** Where an element can be seen, with what it scrolls in taken as if it were scrolled there. */
    function frameOf(element: Element, isInside = false): { cuts: Box; shows: Box } {
      const cuts = { ...window };
      const shows = { ...window };
      const isFree = { x: false, y: false };
      let { position } = getComputedStyle(element);
      for (const around of isInside ? [element, ...ancestors(element)] : ancestors(element)) {
        const style = getComputedStyle(around);
        // What is laid out in the window or in a part further out is not cut by this one.
        if (position === 'fixed') break;
        if (around !== element && position === 'absolute' && style.position === 'static') continue;
        position = style.position;
        const { left, top, right, bottom } = around.getBoundingClientRect();
        if (style.overflowX !== 'visible') {
          shows.left = Math.max(shows.left, left);
          shows.right = Math.min(shows.right, right);
          isFree.x ||= isScrolled(style.overflowX);
          if (!isFree.x) [cuts.left, cuts.right] = [shows.left, shows.right];
        }
        if (style.overflowY !== 'visible') {
          shows.top = Math.max(shows.top, top);
          shows.bottom = Math.min(shows.bottom, bottom);
          isFree.y ||= isScrolled(style.overflowY);
          if (!isFree.y) [cuts.top, cuts.bottom] = [shows.top, shows.bottom];
        }
      }
      if (isFree.x) [cuts.left, cuts.right] = [-Infinity, Infinity];
      if (isFree.y) [cuts.top, cuts.bottom] = [-Infinity, Infinity];
      return { cuts, shows };
    }

    const reachesOut = (box: Box, of: Box) =>
      box.left < of.left - SLACK ||
      box.right > of.right + SLACK ||
      box.top < of.top - SLACK ||
      box.bottom > of.bottom + SLACK;

    /** What is laid over others for a moment: it is nobody's fault. */
    const PASSING = '[role=tooltip], [role=listbox]';

    /** What lies over the middle of a box and belongs neither to the element nor to what it is in. */
    function coverOf(element: Element, { left, top, right, bottom }: Box): Element | null {
      if (right - left < 1 || bottom - top < 1) return null;
      const found = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
      const isPassing = found?.closest(PASSING);
      return found && !isPassing && !element.contains(found) && !found.contains(element)
        ? found
        : null;
    }
    /** Whether both are laid over each other on purpose: in a parent that things are placed in. */
    const isPartOf = ({ parentElement: parent }: Element, cover: Element) =>
      parent?.contains(cover) === true && getComputedStyle(parent).position !== 'static';
    const shown = (box: Box, by: Box): Box => ({
      left: Math.max(box.left, by.left),
      top: Math.max(box.top, by.top),
      right: Math.min(box.right, by.right),
      bottom: Math.min(box.bottom, by.bottom),
    });

    /** What is looked at closely, or lies on a map that is moved, reaches out of its pane. */
    const isCutOnPurpose = (element: Element) => element.closest('[data-cut]') !== null;

    const wide = 'main, aside, header, [role=dialog], [role=dialog] .body';
    for (const element of [document.documentElement, ...front.querySelectorAll(wide)]) {
      if (element.scrollWidth > element.clientWidth) blame(element, 'is wider inside');
    }

    for (const picture of front.querySelectorAll(PICTURES)) {
      if (isCutOnPurpose(picture)) continue;
      const { left, right } = picture.getBoundingClientRect();
      const { cuts } = frameOf(picture);
      if (isSeen(picture) && (left < cuts.left - SLACK || right > cuts.right + SLACK))
        blame(picture, 'is cut off');
    }

    for (const control of front.querySelectorAll(CONTROLS)) {
      if (!isSeen(control)) continue;
      const box = control.getBoundingClientRect();
      if (box.width < 4 || box.height < 4) continue;
      const { cuts, shows } = frameOf(control);
      // Folded until it has the focus.
      if (cuts.right - cuts.left <= 1) continue;
      if (reachesOut(box, cuts) && !isCutOnPurpose(control)) blame(control, 'is cut off');
      const seen = shown(box, shows);
      // What is about to be scrolled away may be under what stands at the edge.
      if (seen.bottom - seen.top < 0.9 * box.height) continue;
      if (getComputedStyle(control).pointerEvents === 'none') continue;
      // A part of it may be under what belongs to it; at its ends it has to be there to be pointed at.
      for (const [from, to] of [
        [0.05, 0.25],
        [0.4, 0.6],
        [0.75, 0.95],
      ] as const) {
        const width = seen.right - seen.left;
        const part = { ...seen, left: seen.left + from * width, right: seen.left + to * width };
        const cover = coverOf(control, part);
        if (!cover || isPartOf(control, cover)) continue;
        blame(control, `lies under ${cover.outerHTML.slice(0, 140)}`);
        break;
      }
    }

    /** Words that end in dots on purpose have to be told in full by whoever is pointed at. */
    function isTold(element: Element): boolean {
      return [element, ...ancestors(element)]
        .slice(0, 4)
        .some((at) => at.hasAttribute('title') || at.hasAttribute('data-tip'));
    }

    const words = document.createTreeWalker(front, NodeFilter.SHOW_TEXT);
    for (let node = words.nextNode(); node; node = words.nextNode()) {
      const element = node.parentElement;
      if (!element || !node.textContent?.trim() || !isSeen(element)) continue;
      if (element.closest('option, textarea, pre, svg, script, style')) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const { cuts, shows } = frameOf(element, true);
      const own = getComputedStyle(element);
      // What is laid over a field says what stands there.
      if (own.color === 'rgba(0, 0, 0, 0)') continue;
      // Lines are as high as the font has them, not as the letters are.
      const line = range.getBoundingClientRect();
      const air = Math.min(4, line.height / 4);
      const text = new DOMRect(line.x, line.y + air, line.width, line.height - 2 * air);
      if (reachesOut(text, cuts)) {
        if (!isTold(element)) blame(element, 'has its words cut');
        continue;
      }
      const holder = element.closest('button, a, [role=radio], [role=tab], kbd, td, th, li, label');
      const isScrolledIn = [element, ...ancestors(element)].find(
        (at) => at === holder || isScrolled(getComputedStyle(at).overflowY),
      );
      if (
        holder &&
        isScrolledIn === holder &&
        !isTold(element) &&
        reachesOut(text, holder.getBoundingClientRect())
      ) {
        blame(holder, 'is too small for its words');
      }
      if (own.pointerEvents === 'none') continue;
      const seen = shown(text, shows);
      if (seen.bottom - seen.top < 0.9 * text.height) continue;
      // A line at the very edge is about to be scrolled away.
      if (line.bottom > shows.bottom) continue;
      const cover = coverOf(element, seen);
      if (cover && !isPartOf(element, cover))
        blame(element, `has its words under ${cover.outerHTML.slice(0, 140)}`);
    }
    return [...new Set(faults)];
  });
}
