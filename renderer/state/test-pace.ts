/** Of a machine that draws full frames too slowly for a hand. */
import { Pace } from './pace.svelte.ts';

export function slowPace(): Pace {
  const pace = new Pace(() => 'test');
  for (let i = 0; i < 7; i++) pace.note(1_000);
  return pace;
}
