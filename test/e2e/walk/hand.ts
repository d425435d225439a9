/** The hand of an artist in a window: what it does is counted, and what it waits for is timed. */
import type { Locator, Page } from 'playwright-core';

/**
 * Seconds of a skilled hand by the keystroke-level model (Card, Moran & Newell, "The keystroke-level model for user
 * performance time", 1980, table 1): a key of an average skilled typist, pointing at something, a button of the mouse
 * pressed or let go, and the way between keyboard and mouse. Thinking is left out.
 */
const KEY = 0.2;
const POINT = 1.1;
const BUTTON = 0.1;
const HOME = 0.4;

/** What a step of the walk took. */
export interface Effort {
  clicks: number;
  keys: number;
  /** What the hand takes, in seconds. */
  hand: number;
  /** What the studio takes until the hand can go on, in seconds. */
  waits: number;
}

export class Hand {
  /** Steps by their names, in the order in which they came first. */
  readonly steps = new Map<string, Effort>();
  readonly #page: Page;
  #effort: Effort = nothing();
  #isAtMouse = false;

  constructor(page: Page) {
    this.#page = page;
  }

  /** What is done and waited for from here on belongs to this step. */
  begin(step: string): void {
    console.error(`${step} …`);
    this.#effort = this.steps.get(step) ?? nothing();
    this.steps.set(step, this.#effort);
  }

  async click(control: Locator): Promise<void> {
    await this.waitFor(() => control.waitFor());
    this.#point();
    this.#effort.clicks += 1;
    this.#effort.hand += 2 * BUTTON;
    await control.click();
  }

  /** Takes the thumb of a slider from where it stands to another part of its track. */
  async drag(slider: Locator, from: number, to: number): Promise<void> {
    await this.waitFor(() => slider.scrollIntoViewIfNeeded());
    const { x, y, width, height } = (await slider.boundingBox())!;
    this.#point();
    this.#effort.clicks += 1;
    this.#effort.hand += POINT + 2 * BUTTON;
    const { mouse } = this.#page;
    await mouse.move(x + from * width, y + height / 2);
    await mouse.down();
    await mouse.move(x + to * width, y + height / 2, { steps: 12 });
    await mouse.up();
  }

  async type(words: string): Promise<void> {
    this.#hit(words.length);
    await this.#page.keyboard.type(words);
  }

  /** @param keys as Playwright names them, with + between those that are held together */
  async press(keys: string): Promise<void> {
    this.#hit(keys.split('+').length);
    await this.#page.keyboard.press(keys);
  }

  /** Waits for what the next thing to do needs. */
  async waitFor<T>(ready: () => Promise<T>): Promise<T> {
    const begun = performance.now();
    const found = await ready();
    this.#effort.waits += (performance.now() - begun) / 1_000;
    return found;
  }

  #hit(keys: number): void {
    if (this.#isAtMouse) this.#effort.hand += HOME;
    this.#isAtMouse = false;
    this.#effort.keys += keys;
    this.#effort.hand += keys * KEY;
  }

  #point(): void {
    if (!this.#isAtMouse) this.#effort.hand += HOME;
    this.#isAtMouse = true;
    this.#effort.hand += POINT;
  }
}

export const nothing = (): Effort => ({ clicks: 0, keys: 0, hand: 0, waits: 0 });
