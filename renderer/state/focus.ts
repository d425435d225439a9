import { tick } from 'svelte';

/** Focuses what a change of the window brings up, before the next key is pressed. */
export function focusSoon(selector: string): void {
  const focus = () => document.querySelector<HTMLElement>(selector)?.focus();
  void tick().then(focus);
  // A dialog that closes gives the focus back to where it was, a little later.
  requestAnimationFrame(focus);
}
