import type { StudioService } from '../../contract/service.ts';
import type { LiveInput } from './live-input.ts';

/** What moves the studio from outside. */
export function liveService(
  live: LiveInput,
): Pick<StudioService, 'followLive' | 'openOsc' | 'closeOsc'> {
  return {
    followLive: (_, { signal, onEvent } = {}) => live.follow((event) => onEvent?.(event), signal),
    openOsc: ({ port }) => live.open(port),
    closeOsc: async () => {
      await live.close();
      return {};
    },
  };
}
