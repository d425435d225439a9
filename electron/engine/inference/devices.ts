/** Which processor draws, and why not another. */
import {
  type Device,
  type DeviceReport,
  deviceSchema,
  type DeviceStatus,
} from '../../contract/device.ts';
import { StudioError, toStudioError } from '../../contract/errors.ts';
import type { Trial } from './protocol.ts';

/** GPU providers to try before the CPU, best first. */
const GPU_ORDER: Partial<Record<NodeJS.Platform, Device[]>> = {
  linux: ['cuda', 'webgpu'],
  darwin: ['coreml'],
  win32: ['cuda', 'dml'],
};

/** Largest difference to the CPU's picture that still counts as the same, in steps of 1/255. */
const PARITY_TOLERANCE = 3;

const UNTRIED = { status: 'untried', reason: 'tried when the next portrait is drawn' } as const;
const LACKING = { status: 'unavailable', reason: 'this build of ONNX Runtime lacks it' } as const;

const REASONS: [pattern: RegExp, reason: string][] = [
  [/no supported adapters/i, 'there is no GPU, or its driver (Vulkan on Linux) is not installed'],
  [/failed to load shared library/i, 'its libraries are not installed (see README)'],
];

/** The device that the environment variable CLIP_FLOW_DEVICE forces; `auto`, or nothing, forces none. */
export function deviceFromEnvironment(env: NodeJS.ProcessEnv = process.env): Device | undefined {
  const name = env['CLIP_FLOW_DEVICE'];
  if (!name || name === 'auto') return undefined;
  const device = deviceSchema.safeParse(name);
  if (device.success) return device.data;
  throw new StudioError(
    'invalid-argument',
    `CLIP_FLOW_DEVICE is "${name}". It can be auto, ${deviceSchema.options.join(', ')}.`,
  );
}

/**
 * Chooses among the devices this machine may have. A GPU is used once it has drawn the same picture
 * as the CPU, in less time, on the very graph it is to draw with.
 */
export class Devices {
  readonly #forced: Device | undefined;
  readonly #statuses: DeviceStatus[];
  readonly #tried = new Set<string>();
  #preferred: Device | null = null;
  #used: Device | null = null;

  /** @param backends the providers this build of ONNX Runtime has */
  constructor(backends: readonly string[], forced?: Device, platform = process.platform) {
    this.#forced = forced;
    const order = forced ? [forced] : [...(GPU_ORDER[platform] ?? []), 'cpu' as const];
    this.#statuses = order.map((device) =>
      backends.includes(device) ? { device, ...UNTRIED } : { device, ...LACKING },
    );
  }

  /**
   * Draws on a device from now on however slow it is, as long as it draws what the CPU does. All are tried anew.
   *
   * @param device null leaves it to the order of preference
   * @throws StudioError `invalid-argument` where the environment forces one
   */
  prefer(device: Device | null): void {
    if (this.#forced) throw isForced(this.#forced);
    if (device === this.#preferred) return;
    this.#preferred = device;
    this.#used = null;
    this.#tried.clear();
    for (const status of this.#statuses) {
      if (status.reason !== LACKING.reason) Object.assign(status, UNTRIED);
    }
  }

  /**
   * The device to draw `graph` with.
   *
   * @param trial draws the same on a device and on the CPU; asked once per graph and GPU
   * @throws StudioError `device-unavailable` when the forced device cannot be used
   */
  async choose(graph: string, trial: (device: Device) => Promise<Trial>): Promise<Device> {
    for (const status of this.#inOrder()) {
      const { device } = status;
      const key = `${device}:${graph}`;
      if (status.status === 'unavailable') continue;
      if (device !== 'cpu' && !this.#tried.has(key)) {
        const verdict = await this.#judge(device, trial);
        if (!verdict.usable) {
          this.refuse(device, verdict.reason);
          continue;
        }
        status.reason = verdict.reason;
        this.#tried.add(key);
      }
      this.#use(status);
      return device;
    }
    const reasons = this.#statuses.map(({ device, reason }) => `${device}: ${reason}`).join('; ');
    throw new StudioError('device-unavailable', `No device can draw (${reasons}).`);
  }

  /** Puts a device aside for the rest of the session. */
  refuse(device: Device, reason: string): void {
    const status = this.#statuses.find((candidate) => candidate.device === device);
    if (status) Object.assign(status, { status: 'unavailable', reason });
  }

  /** Whether another device may take over when `device` fails. */
  canReplace(device: Device): boolean {
    return device !== 'cpu' && this.#forced === undefined;
  }

  report(): DeviceReport {
    return {
      used: this.#used,
      devices: this.#inOrder().map((status) => ({ ...status })),
      chosen: this.#forced ?? this.#preferred,
      fixed: this.#forced !== undefined,
    };
  }

  #inOrder(): DeviceStatus[] {
    const isPreferred = ({ device }: DeviceStatus) => device === this.#preferred;
    const others = this.#statuses.filter((status) => !isPreferred(status));
    return [...this.#statuses.filter(isPreferred), ...others];
  }

  #isChosen(device: Device): boolean {
    return device === (this.#forced ?? this.#preferred);
  }

  async #judge(
    device: Device,
    trial: (device: Device) => Promise<Trial>,
  ): Promise<{ usable: boolean; reason: string }> {
    try {
      const { maxDifference, deviceMs, cpuMs } = await trial(device);
      const times = `${deviceMs.toFixed(0)} ms a portrait, the CPU ${cpuMs.toFixed(0)} ms`;
      if (maxDifference > PARITY_TOLERANCE) {
        return {
          usable: false,
          reason: `it draws another picture than the CPU (${maxDifference}/255)`,
        };
      }
      return deviceMs < cpuMs || this.#isChosen(device)
        ? { usable: true, reason: `same picture as the CPU; ${times}` }
        : { usable: false, reason: `slower than the CPU: ${times}` };
    } catch (thrown) {
      const error = toStudioError(thrown);
      if (isTimeout(error.cause)) return { usable: false, reason: 'it took too long to begin' };
      if (['cancelled', 'superseded', 'inference-closed'].includes(error.code)) throw error;
      return { usable: false, reason: plainReason(error) };
    }
  }

  #use(used: DeviceStatus): void {
    this.#used = used.device;
    used.status = 'used';
    const isChosen = this.#isChosen(used.device);
    if (used.device === 'cpu') used.reason = isChosen ? 'chosen by hand' : 'no GPU is in use';
    if (used.device !== 'cpu' || isChosen) this.#spare();
  }

  #spare(): void {
    for (const status of this.#statuses) {
      if (status.status !== 'untried') continue;
      Object.assign(status, { status: 'available', reason: 'kept in reserve' });
    }
  }
}

function isForced(device: Device): StudioError {
  return new StudioError(
    'invalid-argument',
    `The studio was started to draw on ${device} alone (CLIP_FLOW_DEVICE). Nothing was changed; start it without that ` +
      'to choose here.',
  );
}

/** What an artist may be told of why a device cannot be used. */
export function plainReason(error: StudioError): string {
  if (error.code === 'inference-crashed') return 'its driver crashed';
  const known = REASONS.find(([pattern]) => pattern.test(error.message));
  return known ? known[1] : (error.message.split('\n')[0] ?? error.message);
}

function isTimeout(cause: unknown): boolean {
  return cause instanceof DOMException && cause.name === 'TimeoutError';
}
