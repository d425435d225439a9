import type { BridgeEvent, CurvePoint } from '../../contract/bridge.ts';
import { type ProgressTracker, trackProgress } from '../../contract/progress.ts';
import { readCurve } from './checkpoint.ts';
import type { StepReport } from './trainer.ts';

/** Steps are told some at a time: small flows make hundreds in a second. */
const EVERY_MS = 250;
/** Of earlier tries no more are told than a window can show. */
const MOST_EARLIER = 500;

/** Tells how learning goes: the curve, and the task `train-flow`, counted in steps. */
export class TrainingReport {
  readonly #onEvent: (event: BridgeEvent) => void;
  #progress: ProgressTracker | undefined;
  #done: number;
  #points: CurvePoint[] = [];
  #toldAt = -Infinity;

  private constructor(onEvent: (event: BridgeEvent) => void, done: number) {
    this.#onEvent = onEvent;
    this.#done = done;
  }

  /** Tells the curve of earlier tries first, if there were some. */
  static async begin(
    folder: string,
    onEvent: (event: BridgeEvent) => void,
  ): Promise<TrainingReport> {
    const earlier = (await readCurve(folder)).map(told);
    if (earlier.length > 0) onEvent({ kind: 'curve', points: thinned(earlier) });
    return new TrainingReport(onEvent, earlier.at(-1)?.step ?? 0);
  }

  step(report: StepReport): void {
    const { steps, step, heldOut } = report;
    this.#progress ??= trackProgress('train-flow', steps, this.#onEvent, undefined, this.#done);
    this.#points.push(told(report));
    const isDue = performance.now() - this.#toldAt >= EVERY_MS;
    if (isDue || heldOut !== undefined) this.#tell(step);
  }

  finish(): void {
    this.#progress?.finish();
  }

  #tell(step: number): void {
    this.#onEvent({ kind: 'curve', points: this.#points });
    this.#progress?.advance(step - this.#done);
    this.#done = step;
    this.#points = [];
    this.#toldAt = performance.now();
  }
}

function told({ step, loss, heldOut }: CurvePoint): CurvePoint {
  return heldOut === undefined ? { step, loss } : { step, loss, heldOut };
}

/** Looks at pairs held out, of which there are few, are all kept. */
function thinned(points: readonly CurvePoint[]): CurvePoint[] {
  const looks = points.filter(({ heldOut }) => heldOut !== undefined).length;
  const every = Math.ceil(points.length / Math.max(1, MOST_EARLIER - looks));
  return points.filter(({ heldOut }, i) => heldOut !== undefined || i % every === 0);
}
