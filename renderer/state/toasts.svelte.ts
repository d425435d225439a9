import { type StudioError, toStudioError } from '../../electron/contract/errors.ts';

export interface Toast {
  id: number;
  tone: 'calm' | 'bad';
  text: string;
  action?: { label: string; keys?: string; run(): void };
  /** Whether it still says what is so, where that may end before its time. */
  isSo?: () => boolean;
}

const CALM_MS = 6_000;
/** An error is read, not glanced at. */
const BAD_MS = 15_000;
const MAX_TOASTS = 3;

/** Quiet news at the edge of the window. They pause while pointed at or focused. */
export class Toasts {
  #items = $state.raw<readonly Toast[]>([]);
  #next = 0;
  /** How high they stand, in px, with the air around them; 0 while there are none. */
  height = $state(0);
  /** What can be done about a failure, offered beside it. */
  remedy: (failure: StudioError) => Toast['action'] = () => undefined;
  readonly #timers: Record<number, ReturnType<typeof setTimeout>> = {};

  get items(): readonly Toast[] {
    return this.#items.filter(({ isSo }) => isSo?.() ?? true);
  }

  show(text: string, action?: Toast['action']): void {
    this.#add({ tone: 'calm', text, ...(action && { action }) });
  }

  /** Tells of a failure in its own words. A cancellation was the artist's wish and is no news. */
  fail(error: unknown, action?: Toast['action']): void {
    const failure = toStudioError(error);
    const { code, message } = failure;
    if (code === 'cancelled' || code === 'superseded') return;
    action ??= this.remedy(failure);
    this.#add({ tone: 'bad', text: message, ...(action && { action }) });
  }

  /** Tells what an artist should read, of something that was done all the same, as long as it is so. */
  warn(text: string, action?: Toast['action'], isSo?: Toast['isSo']): void {
    this.#add({ tone: 'bad', text, ...(action && { action }), ...(isSo && { isSo }) });
  }

  dismiss(id: number): void {
    this.hold(id);
    this.#items = this.#items.filter((toast) => toast.id !== id);
  }

  hold(id: number): void {
    clearTimeout(this.#timers[id]);
  }

  release(toast: Toast): void {
    const wait = toast.tone === 'bad' ? BAD_MS : CALM_MS;
    this.#timers[toast.id] = setTimeout(() => this.dismiss(toast.id), wait);
  }

  #add(news: Omit<Toast, 'id'>): void {
    const toast = { ...news, id: this.#next++ };
    const others = this.#items.filter(({ text }) => text !== news.text);
    this.#items = [...others, toast].slice(-MAX_TOASTS);
    this.release(toast);
  }
}
