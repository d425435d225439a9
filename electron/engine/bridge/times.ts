import type { BridgeEstimate } from '../../contract/bridge.ts';
import { COMPARED } from './measure-remedies.ts';
import type { Rates } from './rates.ts';
import { settingsFor } from './training-settings.ts';

/** How long a bridge of so many pairs takes; null until both rates are known. @param drawn pairs that there are */
export function timesFor(
  { pair, row }: Rates,
  { pairs, drawn }: { readonly pairs: number; readonly drawn: number },
): BridgeEstimate['times'] {
  if (pair === undefined || row === undefined) return null;
  const { batch, steps } = settingsFor(Math.max(pairs, drawn));
  return {
    drawing: pair * Math.max(0, pairs - drawn),
    learning: row * batch * steps,
    comparing: pair * COMPARED,
  };
}
