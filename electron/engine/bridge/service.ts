import path from 'node:path';
import { StudioError } from '../../contract/errors.ts';
import type { StudioService } from '../../contract/service.ts';
import type { Bridges } from './bridges.ts';

/** Bridges that are learnt. */
export function bridgeService(
  bridges: Bridges,
): Pick<StudioService, 'bridges' | 'learnBridge' | 'estimateBridge' | 'dropBridge'> {
  return {
    bridges: () => bridges.list(),
    learnBridge: async (request, options) => {
      const { clip, generator, judge = clip } = request;
      for (const name of [clip, generator, judge]) refusePath(name);
      return bridges.learn(request, options);
    },
    estimateBridge: async (request, options) => {
      for (const name of [request.clip, request.generator]) refusePath(name);
      return bridges.estimate(request, options);
    },
    dropBridge: async ({ id }) => {
      await bridges.drop(id);
      return {};
    },
  };
}

/** A page names models that there are, and no folders. */
function refusePath(name: string): void {
  if (path.basename(name) === name) return;
  throw new StudioError('component-not-found', 'That model is not there. Choose one that is.');
}
