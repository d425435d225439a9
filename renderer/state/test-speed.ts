/** Of a machine that draws full frames too slowly for a hand. */
import { FrameSpeed } from './frame-speed.svelte.ts';

export function slowMachine(): FrameSpeed {
  const speed = new FrameSpeed(() => 'test');
  for (let i = 0; i < 7; i++) speed.note(1_000);
  return speed;
}
