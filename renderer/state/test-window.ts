/** What state needs of a window, for tests outside of one. */
function storage(): Storage {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
    clear: () => kept.clear(),
    key: (index: number) => [...kept.keys()][index] ?? null,
    get length() {
      return kept.size;
    },
  };
}

globalThis.localStorage = storage();
globalThis.sessionStorage = storage();

Object.assign(globalThis, {
  window: { innerWidth: 1_440, innerHeight: 900 },
  requestAnimationFrame: (work: () => void) => setTimeout(work, 0),
  cancelAnimationFrame: (frame: number) => clearTimeout(frame),
  document: { querySelector: () => null, activeElement: null },
  getSelection: () => null,
  ClipboardItem: class {
    readonly parts: Record<string, Promise<unknown>>;
    constructor(parts: Record<string, Promise<unknown>>) {
      this.parts = parts;
    }
  },
});
