import { tick } from 'svelte';

/** Focuses what a change of the window brings up, before the next key is pressed. */
export function focusSoon(selector: string): void {
  focusAndThen(selector, () => undefined);
}

/** The same of a field, whose words are selected: what is typed then takes their place. */
export function selectSoon(selector: string): void {
  focusAndThen(selector, (field) => field instanceof HTMLTextAreaElement && field.select());
}

function focusAndThen(selector: string, then: (element: HTMLElement) => unknown): void {
  const focus = () => {
    const element = document.querySelector<HTMLElement>(selector);
    element?.focus();
    return element;
  };
  void tick().then(() => {
    const element = focus();
    if (element) then(element);
  });
  // A dialog that closes gives the focus back to where it was, a little later.
  requestAnimationFrame(focus);
}
