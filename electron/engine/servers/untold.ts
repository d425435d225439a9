import type { ModelServerStatus } from '../../contract/model-server.ts';

/** The status of a server of which nothing has been found out. */
export function untold(
  address: string,
  state: ModelServerStatus['state'],
  reason: string,
): ModelServerStatus {
  return {
    ...{ address, state, reason, waitsMs: null },
    ...{ software: null, roundTripMs: null, exactness: null, graphs: [], drawn: 0 },
  };
}
