/** All that can be used in a window, found by looking, and used as a hand would. */
import type { Locator, Page } from 'playwright-core';

/** A control as it is found again when the page around it has changed. */
export interface Control {
  readonly kind: string;
  /** Its accessible name, the numbers in it left open: they count what is drawn meanwhile. */
  readonly name: string;
  /** Its place among those of its kind and name. */
  readonly place: number;
  /** What it has in common with others that differ by what they are about, such as the portraits of a list. */
  readonly alike: string;
  /** Whether it lies over the place: in a dialog, a menu or a popover. */
  readonly isOver: boolean;
}

/** A control that can no longer be used by then is in nobody's reach. */
export const SOON = { timeout: 2_000 };
/** Arrows that a slider is moved by, there and back. */
const STEPS = 4;
const CONTROLS =
  'button, a[href], input, select, textarea, summary, [role=slider], [role=option], [role=gridcell], ' +
  '[role=treeitem], [role^=menuitem]';
/** What lies over a place. */
export const OVER = '[role=dialog], [role=menu], [data-popover-content]';
/** What says how a control stands that is put back the way it is used. */
const STANDS = ['aria-expanded', 'aria-pressed', 'aria-checked'];

/** Whether two are the same. */
export const isSame = (a: Control, b: Control): boolean =>
  a.kind === b.kind && a.name === b.name && a.place === b.place && a.isOver === b.isOver;

/** What can be used now: where something lies over the place, what is in the topmost of it. */
export async function readControls(page: Page): Promise<(Control & { index: number })[]> {
  return page.evaluate(
    ([selector, over]) => {
      const front = [...document.querySelectorAll(over)].at(-1);
      const seen = new Map<string, number>();
      return [...document.querySelectorAll<HTMLElement>(selector)].flatMap((element, index) => {
        if (front && !front.contains(element)) return [];
        if (!element.checkVisibility({ visibilityProperty: true })) return [];
        if (element.matches(':disabled, [aria-disabled=true]')) return [];
        const { labels, type, placeholder } = Object(element);
        const names = [
          element.ariaLabel ?? labels?.[0]?.textContent ?? '',
          element.innerText,
          element.querySelector('img')?.alt,
          element.title,
          placeholder,
        ];
        const told = names.map((one) => String(one ?? '').trim()).find((one) => one !== '') ?? '';
        const name = (told.split('\n')[0] ?? '').replace(/\d+/g, '#');
        const kind = element.role ?? type ?? element.localName;
        const place = seen.get(`${kind} ${name}`) ?? 0;
        seen.set(`${kind} ${name}`, place + 1);
        const alike = `${kind} ${element.parentElement?.className} ${element.className}`;
        return [{ kind, name, place, alike, isOver: front !== undefined, index }];
      });
    },
    [CONTROLS, OVER] as const,
  );
}

/** Finds a control that can be used now; null where there is none. What it returns stands for that element from then on. */
export async function findControl(page: Page, control: Control): Promise<Locator | null> {
  const found = (await readControls(page)).find((other) => isSame(other, control));
  if (!found) return null;
  await page.evaluate(
    ([selector, index]) => {
      document.querySelector('[data-tried]')?.removeAttribute('data-tried');
      document.querySelectorAll(selector)[index]?.setAttribute('data-tried', '');
    },
    [CONTROLS, found.index] as const,
  );
  return page.locator('[data-tried]');
}

/** Gets the hand there, so that using it is all that is left to do. */
export async function reachFor(control: Locator, kind: string): Promise<void> {
  await control.hover(SOON);
  if (keysFor(kind).length > 0) await control.focus(SOON);
}

/** A slider by arrows, a field by a letter that is taken away again, a list by its next option, anything else by a click. */
export async function use(page: Page, control: Locator, kind: string): Promise<void> {
  const keys = keysFor(kind);
  for (const key of keys) await page.keyboard.press(key);
  // The hand is there already: nothing is looked for any more.
  if (keys.length === 0) await control.click({ ...SOON, force: true });
}

function keysFor(kind: string): string[] {
  if (/^(range|slider)$/.test(kind)) {
    return ['ArrowRight', 'ArrowLeft'].flatMap((key) => Array.from({ length: STEPS }, () => key));
  }
  if (/^(text|search|number|combobox)/.test(kind)) return ['End', 'a', 'Backspace'];
  return kind.startsWith('select') ? ['ArrowDown', 'ArrowUp'] : [];
}

/** How a control stands that can be switched; null where it is gone. */
export async function standing(control: Locator): Promise<string | null> {
  if ((await control.count()) === 0) return null;
  return control
    .evaluate(
      (element, names) =>
        [Object(element).checked, ...names.map((name) => element.getAttribute(name))].join(),
      STANDS,
      SOON,
    )
    .catch(() => null);
}
