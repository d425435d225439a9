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

/** Needs Shift on one board and not on another. */
const isSymbol = (key: string): boolean =>
  key.length === 1 && key.toLowerCase() === key.toUpperCase();

/** What of a key event says what was pressed. */
export type Chord = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>;

/** Whether a key event is exactly `keys`. Shift counts for letters only: `?` needs it on most boards. */
export function matchesChord(keys: string, event: Chord, mac = isMac): boolean {
  const parts = partsOf(keys);
  const key = parts.at(-1) ?? '';
  const mod = mac ? event.metaKey : event.ctrlKey;
  const other = mac ? event.ctrlKey : event.metaKey;
  if (mod !== parts.includes('Mod') || other || event.altKey !== parts.includes('Alt'))
    return false;
  if (!isSymbol(key) && event.shiftKey !== parts.includes('Shift')) return false;
  // What a Mac's keyboard calls delete says Backspace.
  const pressed = mac && event.key === 'Backspace' ? 'Delete' : event.key;
  // On most boards the plus is the key of the equals sign, with Shift.
  if (keys === '+' && pressed === '=') return true;
  return pressed.toLowerCase() === key.toLowerCase();
}

const MODIFIERS: readonly string[] = [
  'Control',
  'Meta',
  'Shift',
  'Alt',
  'AltGraph',
  'CapsLock',
  'Fn',
];

/** The keys of an event as commands name them; null while only modifiers are held, or for what none can have. */
export function chordOf(event: Chord, mac = isMac): string | null {
  const { key } = event;
  const isKnown = key.length === 1 || /^[A-Z][A-Za-z0-9]+$/.test(key);
  if (!isKnown || MODIFIERS.includes(key) || ['Dead', 'Unidentified', 'Process'].includes(key)) {
    return null;
  }
  if (mac ? event.ctrlKey : event.metaKey) return null;
  const parts = [
    ...((mac ? event.metaKey : event.ctrlKey) ? ['Mod'] : []),
    ...(event.altKey ? ['Alt'] : []),
    ...(event.shiftKey && !isSymbol(key) ? ['Shift'] : []),
    key === ' '
      ? 'Space'
      : mac && key === 'Backspace'
        ? 'Delete'
        : key.length === 1
          ? key.toLowerCase()
          : key,
  ];
  return parts.join('+');
}

/** Of what is focused, whatever it is: lists, fields, buttons and sliders. */
const OF_FOCUS =
  /^(Shift\+)?(Tab|Enter|Space|Backspace|Home|End|PageUp|PageDown|Arrow(Up|Down|Left|Right))$/;
/** Of fields, and of the page. */
const OF_WINDOW = /^(Escape|Mod\+(v|x|-|=|\+|0))$/;

/** Whether keys can be a command's: others belong to what has the focus, or to the window. */
export function isFree(keys: string): boolean {
  return !OF_FOCUS.test(keys) && !OF_WINDOW.test(keys);
}

/** Whether keys type nothing, so that they can mean a command in the middle of a text. */
export function typesNothing(keys: string): boolean {
  return /(^|\+)(Mod|Alt)\+/.test(keys) || /^(Shift\+)?(F\d+|Escape)$/.test(keys);
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
