/** Model servers: where portraits are drawn, and what leaves this computer for it. */
import type {
  Exactness,
  GraphOnServer,
  ModelServerStatus,
} from '../../electron/contract/model-server.ts';
import { rounded } from '../../electron/contract/duration.ts';
import type { Shares } from '../../electron/contract/progress.ts';

/** A server by the name of its machine, with the port where it is not the usual one. */
export function serverName(address: string): string {
  return address.replace(/^grpcs?:\/\//, '').replace(/:8001$/, '');
}

export const serversStrings = {
  servers: {
    text: 'Another computer can draw for this one. It needs the files of your model: “clip-flow models serve-repository” writes them.',
    fixed:
      'They were named where the studio was started (CLIP_FLOW_ENGINE). Start it without that to choose here.',
    none: 'Portraits are drawn on this computer.',
    address: 'Address',
    placeholder: 'grpcs://studio-box:8001',
    add: 'Add',
    test: 'Test',
    testing: 'A portrait is being drawn there and here…',
    waiting: (address: string, ms: number) =>
      `Waiting for ${serverName(address)}, up to ${rounded(ms)}.`,
    tested: (ready: number, all: number) => `${ready} of ${all} can draw.`,
    remove: (address: string) => `Remove ${serverName(address)}`,
    state: {
      unasked: 'Waits for you',
      untried: 'Not tried yet',
      ready: 'Draws',
      unreachable: 'Does not answer',
      refused: 'Not used',
    } satisfies Record<ModelServerStatus['state'], string>,
    exactness: {
      'same-bytes': 'the same picture to the last pixel',
      'within-one': 'the same picture but for what no eye sees',
      other: 'nearly the same picture',
    } satisfies Record<Exactness, string>,
    away: (software: string, ms: number) => `${software}, ${ms.toFixed(ms < 10 ? 1 : 0)} ms away`,
    graph: ({ graph, thereMs, hereMs, isUsed }: GraphOnServer) =>
      `${graph}: ${isUsed ? 'there' : 'here'} (${thereMs.toFixed(0)} ms there, ${hereMs.toFixed(0)} ms here)`,
    question: (address: string) => `Draw on ${serverName(address)}?`,
    leaves: (address: string) =>
      `For each portrait the numbers that describe it and its noise are sent to ${address}, and what was drawn, to be looked at. Your words, the pictures that you bring in and your library stay on this computer.`,
    open: 'They travel without encryption: whoever is on the way can read them. An address with grpcs:// is encrypted.',
    allow: 'Draw there',
    refuse: 'Do not use it',
    fallback: 'Draw here when no server can',
    fallbackHint:
      'Otherwise work waits for them, and then stops. What was drawn is kept either way.',
    graphs: 'What they do',
    graphsHint: {
      auto: 'What they are not much slower at than this computer, as the test measured it.',
      all: 'All that they can, however long they take.',
    },
    graphsOptions: { auto: 'What is worth it', all: 'All they can' },
    trust: 'Certificates and token',
    authority: 'Certificates of your own authority (a PEM file)',
    certificate: 'This studio’s certificate (a PEM file)',
    key: 'The key of that certificate (a PEM file)',
    token: 'Token',
    tokenHint: {
      kept: 'There is one, for the servers that were here when it was given. What you type takes its place, for all that are here now.',
      none: 'Sent to the servers that are here now, over the network with TLS only. It is not shown again.',
    },
    forget: 'Forget the token',
    take: 'Use these',
    badge: {
      several: (n: number, all: number) => `${n} of ${all} servers`,
      /** Said after the name of a server, or of the device that draws instead, where there is room. */
      asks: '(allow?)',
      gone: '(gone)',
      refused: '(unused)',
      instead: '(no server)',
    },
    shares: (servers: Shares) =>
      servers.map(({ address, done }) => `${serverName(address)}: ${done}`).join(', '),
  },
};
