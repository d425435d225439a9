import './test-window.ts';
import { expect, it } from 'vitest';
import type { BridgeEstimate, EstimateRequest } from '../../electron/contract/bridge.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import { BridgeEstimates } from './bridge-estimate.svelte.ts';

const asked = { clip: 'a-clip', generator: 'cats', pairs: 200 };
const times = { drawing: 1, learning: 2, comparing: 3 };

it('tells what was asked for last, whichever answer comes first', async () => {
  const answers: ((told: BridgeEstimate) => void)[] = [];
  const estimateBridge = () => new Promise<BridgeEstimate>((resolve) => answers.push(resolve));
  const estimates = new BridgeEstimates({ estimateBridge } as unknown as StudioService);
  const [first, second] = [estimates.look(asked), estimates.look({ ...asked, pairs: 400 })];
  answers[1]?.({ drawn: 2, times: null });
  answers[0]?.({ drawn: 1, times: null });
  await Promise.all([first, second]);
  expect(estimates.told?.drawn).toBe(2);
});

it('tells what a trial has found', async () => {
  let known: BridgeEstimate['times'] = null;
  const estimateBridge = ({ measure }: EstimateRequest) => {
    if (measure) known = times;
    return Promise.resolve({ drawn: 0, times: known });
  };
  const estimates = new BridgeEstimates({ estimateBridge } as unknown as StudioService);
  await estimates.look(asked);
  expect(estimates.told?.times).toBeNull();
  await estimates.measure(asked);
  expect(estimates.told?.times).toEqual(times);
  expect(estimates.run).toBeNull();
});

it('tells of the pairs that are filled in when a trial ends, not when it began', async () => {
  const trial = Promise.withResolvers<BridgeEstimate>();
  const estimateBridge = ({ measure, pairs }: EstimateRequest) =>
    measure ? trial.promise : Promise.resolve({ drawn: pairs, times });
  const estimates = new BridgeEstimates({ estimateBridge } as unknown as StudioService);
  await estimates.look(asked);
  const measuring = estimates.measure(asked);
  await estimates.look({ ...asked, pairs: 400 });
  trial.resolve({ drawn: 0, times });
  await measuring;
  expect(estimates.told?.drawn).toBe(400);
});
