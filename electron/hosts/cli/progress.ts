import { Presets, SingleBar } from 'cli-progress';
import type { ProgressEvent, Task } from '../../contract/progress.ts';

const TITLES: Record<Task, string> = {
  'verify-pack': 'Checking the pack',
  'load-models': 'Loading the models',
  'encode-text': 'Reading the prompt',
  sample: 'Sampling',
  render: 'Drawing',
  describe: 'Looking at it',
  save: 'Saving',
  export: 'Writing',
  import: 'Importing',
  migrate: 'Updating the library',
  backup: 'Backing up',
  'verify-library': 'Checking the library',
  rebuild: 'Rebuilding',
  merge: 'Taking in',
  'draw-pairs': 'Drawing pairs',
  'train-flow': 'Training the flow',
  evaluate: 'Evaluating',
};

/** A bar on the terminal for one task after the other; silent where stderr is no terminal. */
export class ProgressBar {
  #bar: SingleBar | undefined;

  show(event: ProgressEvent): void {
    if (!process.stderr.isTTY) return;
    if (event.kind === 'started') this.#start(event.task, event.total);
    if (event.kind === 'advanced') this.#bar?.update(event.done, timeLeft(event.remainingMs));
    if (event.kind === 'finished') this.end();
  }

  end(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }

  #start(task: Task, total: number): void {
    this.end();
    const format = `${TITLES[task]} {bar} {percentage} % {left}`;
    const options = { stream: process.stderr, format, clearOnComplete: true, hideCursor: true };
    this.#bar = new SingleBar(options, Presets.shades_classic);
    this.#bar.start(total, 0, timeLeft(null));
  }
}

function timeLeft(remainingMs: number | null): { left: string } {
  return { left: remainingMs === null ? '' : `${Math.ceil(remainingMs / 1_000)} s left` };
}
