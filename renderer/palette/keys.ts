/** Keys as commands name them: `Mod+Shift+Z`, `Delete`, `s`. Mod is Cmd on a Mac and Ctrl elsewhere. */

const isMac = typeof navigator !== 'undefined' && navigator.userAgent.includes('Mac');

const MAC_NAMES: Record<string, string> = { Mod: '⌘', Shift: '⇧', Alt: '⌥', Enter: '↵' };
const NAMES: Record<string, string> = {
  Mod: 'Ctrl',
  Enter: '↵',
  Escape: 'Esc',
  Delete: 'Del',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
};

const partsOf = (keys: string): readonly string[] => (keys === '+' ? [keys] : keys.split('+'));

/** Keys as a person reads them: `⌘K` or `Ctrl+K`. */
export function keyLabel(keys: string, mac = isMac): string {
  const names = partsOf(keys).map((part) => {
    const name = (mac && MAC_NAMES[part]) || NAMES[part] || part;
    return name.length === 1 ? name.toUpperCase() : name;
  });
  return names.join(mac ? '' : '+');
}

type Chord = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>;

/** Whether a key event is exactly `keys`. Shift counts for letters only: `?` needs it on most boards. */
export function matches(keys: string, event: Chord, mac = isMac): boolean {
  const parts = partsOf(keys);
  const key = parts.at(-1) ?? '';
  const mod = mac ? event.metaKey : event.ctrlKey;
  const other = mac ? event.ctrlKey : event.metaKey;
  if (mod !== parts.includes('Mod') || other || event.altKey !== parts.includes('Alt'))
    return false;
  const isSymbol = key.length === 1 && key.toLowerCase() === key.toUpperCase();
  if (!isSymbol && event.shiftKey !== parts.includes('Shift')) return false;
  // What a Mac's keyboard calls delete says Backspace.
  const pressed = mac && event.key === 'Backspace' ? 'Delete' : event.key;
  // On most boards the plus is the key of the equals sign, with Shift.
  if (keys === '+' && pressed === '=') return true;
  return pressed.toLowerCase() === key.toLowerCase();
}

/** Whether a key belongs to what is focused rather than to the studio: something is being typed. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement)
    return target.type !== 'range' && target.type !== 'checkbox';
  // In a drop-down letters choose the option that begins with them.
  const takesLetters = target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
  return takesLetters || target.isContentEditable;
}
