import packageJson from '../../../package.json' with { type: 'json' };
import type { DeviceReport } from '../../contract/device.ts';
import type { ModelServerSettings, ModelServerStatus } from '../../contract/model-server.ts';
import type { Status } from '../../contract/status.ts';
import type { Inference } from '../inference/inference.ts';
import type { Library } from '../library/library.ts';
import { noticesOf } from './library-notices.ts';
import type { EventBus } from './event-bus.ts';
import type { KeptPacks } from '../loading/kept-packs.ts';
import type { PackInUse } from '../loading/pack-in-use.ts';

/** Changes within this time are told as one. */
const GATHER_MS = 100;

const UNKNOWN: DeviceReport = { used: null, devices: [], chosen: null, fixed: false };

export interface StatusParts {
  readonly inference: Inference;
  readonly servers: {
    readonly statuses: ModelServerStatus[];
    readonly settings: ModelServerSettings;
  };
  readonly packs: PackInUse;
  readonly library: Library;
  readonly kept: KeptPacks;
  readonly events: EventBus;
}

/** How things stand, for those who ask and for those who listen. */
export class StatusReport {
  readonly #parts: StatusParts;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: StatusParts) {
    this.#parts = parts;
  }

  async read(): Promise<Status> {
    const { inference, servers, packs, library, kept } = this.#parts;
    // What cannot compute is told where something is to be drawn; the library can be looked at all the same.
    const device = await inference.deviceReport().catch(() => UNKNOWN);
    return {
      versions: { studio: packageJson.version, node: process.versions.node },
      pack: packs.state,
      device,
      servers: servers.statuses,
      serverSettings: servers.settings,
      library: {
        ...{ ...library.reader.stats(), folder: library.root },
        writable: library.refusal === null,
        notices: noticesOf(library),
        models: await kept.size(),
        privacy: await library.privacy(),
      },
    };
  }

  /** Says that something of it may be another. */
  changed(): void {
    const { events } = this.#parts;
    if (!events.hasListeners) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.read().then(
        (status) => events.publish({ kind: 'status', status }),
        // What fails here fails again, and is told, where somebody waits for it.
        () => undefined,
      );
    }, GATHER_MS);
  }

  close(): void {
    clearTimeout(this.#timer);
  }
}
