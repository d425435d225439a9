import type { StudioService } from '../../contract/service.ts';
import type { Inference } from '../inference/inference.ts';
import type { JobQueue } from '../jobs/queue.ts';
import type { PackInUse } from '../loading/pack-in-use.ts';
import type { EventBus } from './event-bus.ts';
import type { StatusReport } from './status.ts';

export interface StatusServiceParts {
  readonly status: StatusReport;
  readonly events: EventBus;
  readonly packs: PackInUse;
  readonly inference: Inference;
  readonly queues: readonly JobQueue[];
}

/** How things stand, and the work that is under way. */
export function statusService({
  status,
  events,
  packs,
  inference,
  queues,
}: StatusServiceParts): Pick<StudioService, 'status' | 'watch' | 'cancelJob' | 'chooseDevice'> {
  return {
    status: () => status.read(),
    watch: async (_, { signal, onEvent } = {}) => {
      // Whoever watches is about to draw. What becomes of it is part of the status.
      packs.models().catch(() => undefined);
      const greet = async () => {
        onEvent?.({ kind: 'status', status: await status.read() });
        const running = queues.flatMap((jobs) => jobs.list());
        for (const job of running) onEvent?.({ kind: 'job', job });
      };
      const [end] = await Promise.all([
        events.listen((event) => onEvent?.(event), signal),
        greet(),
      ]);
      return end;
    },
    cancelJob: async ({ id }) => {
      for (const jobs of queues) jobs.cancel(id);
      return {};
    },
    chooseDevice: async ({ device }) => {
      const report = await inference.preferDevice(device);
      status.changed();
      return report;
    },
  };
}
