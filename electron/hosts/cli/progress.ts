import { Presets, SingleBar } from 'cli-progress';
import type { ProgressEvent, Shares, Task } from '../../contract/progress.ts';

const TITLES: Record<Task, string> = {
  'verify-pack': 'Checking the pack',
  'load-models': 'Loading the models',
  'encode-text': 'Reading the prompt',
  sample: 'Sampling',
  render: 'Drawing',
  describe: 'Looking at it',
  save: 'Saving',
  export: 'Writing',
  pack: 'Packing',
  import: 'Importing',
  migrate: 'Updating the library',
  backup: 'Backing up',
  'verify-library': 'Checking the library',
  rebuild: 'Rebuilding',
  merge: 'Taking in',
  'draw-pairs': 'Drawing pairs',
  'train-flow': 'Training the flow',
  evaluate: 'Evaluating',
  'lay-out': 'Laying out',
  index: 'Making portraits findable',
  measure: 'Measuring',
};

/** A bar on the terminal for one task after the other; silent where stderr is no terminal. */
export class ProgressBar {
  #bar: SingleBar | undefined;
  #at = { total: 0, done: 0, told: tell(null) };

  show(event: ProgressEvent): void {
    if (!process.stderr.isTTY) return;
    if (event.kind === 'started') this.#start(event.task, event.total);
    if (event.kind === 'advanced')
      this.#advance(event.done, tell(event.remainingMs, event.servers));
    if (event.kind === 'finished') this.end();
  }

  /** Has something said to people, above the bar. */
  aside(say: () => void): void {
    this.#bar?.stop();
    say();
    this.#bar?.start(this.#at.total, this.#at.done, this.#at.told);
  }

  end(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }

  #start(task: Task, total: number): void {
    this.end();
    const format = `${TITLES[task]} {bar} {percentage} % {left}{servers}`;
    const options = { stream: process.stderr, format, clearOnComplete: true, hideCursor: true };
    this.#bar = new SingleBar(options, Presets.shades_classic);
    this.#at = { total, done: 0, told: tell(null) };
    this.#bar.start(total, 0, this.#at.told);
  }

  #advance(done: number, told: Told): void {
    this.#at = { ...this.#at, done, told };
    this.#bar?.update(done, told);
  }
}

/** What stands beside the bar. */
interface Told {
  readonly left: string;
  readonly servers: string;
}

function tell(remainingMs: number | null, servers: Shares = []): Told {
  const shares = servers.map(({ address, done }) => `${address} ${done}`);
  return {
    left: remainingMs === null ? '' : `${Math.ceil(remainingMs / 1_000)} s left`,
    servers: shares.length > 0 ? `, ${shares.join(', ')}` : '',
  };
}
