import { describe, expect, it } from 'vitest';
import { cancelled, StudioError } from '../../contract/errors.ts';
import { deviceFromEnvironment, Devices } from './devices.ts';
import type { Trial } from './protocol.ts';

const BACKENDS = ['cpu', 'webgpu', 'cuda'];
const good: Trial = { maxDifference: 1, deviceMs: 5, cpuMs: 50 };
const noLibraries = new StudioError('inference-failed', 'Failed to load shared library');

const reasonOf = (devices: Devices, device: string) =>
  devices.report().devices.find((status) => status.device === device)!;

describe('Devices', () => {
  it('takes the first GPU that draws what the CPU draws', async () => {
    const devices = new Devices(BACKENDS, undefined, 'linux');
    const used = await devices.choose('graph', (device) =>
      device === 'cuda' ? Promise.reject(noLibraries) : Promise.resolve(good),
    );
    expect(used).toBe('webgpu');
    expect(reasonOf(devices, 'cuda')).toMatchObject({
      status: 'unavailable',
      reason: expect.stringContaining('libraries are not installed'),
    });
    expect(reasonOf(devices, 'cpu').status).toBe('available');
  });

  it.each([
    ['differs', { ...good, maxDifference: 40 }, 'another picture'],
    ['is slower', { ...good, deviceMs: 80 }, 'slower than the CPU'],
  ])('falls back to the CPU when the GPU %s', async (_, trial, reason) => {
    const devices = new Devices(['cpu', 'webgpu'], undefined, 'linux');
    expect(await devices.choose('graph', () => Promise.resolve(trial))).toBe('cpu');
    expect(reasonOf(devices, 'webgpu').reason).toContain(reason);
    expect(reasonOf(devices, 'cuda').reason).toContain('lacks it');
    expect(devices.report().used).toBe('cpu');
  });

  it('tries a GPU once for each graph', async () => {
    const devices = new Devices(['cpu', 'webgpu'], undefined, 'linux');
    const tried: string[] = [];
    const choose = (graph: string) =>
      devices.choose(graph, () => {
        tried.push(graph);
        return Promise.resolve(good);
      });
    await choose('full');
    await choose('full');
    await choose('preview');
    expect(tried).toEqual(['full', 'preview']);
  });

  it('draws on what was chosen however slow it is, and tries everything anew', async () => {
    const devices = new Devices(['cpu', 'webgpu'], undefined, 'linux');
    const slow = () => Promise.resolve({ ...good, deviceMs: 900 });
    expect(await devices.choose('graph', slow)).toBe('cpu');
    devices.prefer('webgpu');
    expect(devices.report()).toMatchObject({ used: null, chosen: 'webgpu', fixed: false });
    expect(await devices.choose('graph', slow)).toBe('webgpu');
    devices.prefer('cpu');
    expect(await devices.choose('graph', slow)).toBe('cpu');
    expect(reasonOf(devices, 'cpu').reason).toBe('chosen by hand');
    expect(reasonOf(devices, 'webgpu').status).toBe('available');
    devices.prefer(null);
    expect(await devices.choose('graph', () => Promise.resolve(good))).toBe('webgpu');
  });

  it('falls back from what was chosen, and says why', async () => {
    const devices = new Devices(['cpu', 'webgpu'], undefined, 'linux');
    devices.prefer('webgpu');
    expect(await devices.choose('graph', () => Promise.reject(noLibraries))).toBe('cpu');
    const [first, ...others] = devices.report().devices;
    expect(first).toMatchObject({ device: 'webgpu', status: 'unavailable' });
    expect(others.map(({ device }) => device)).toEqual(['cuda', 'cpu']);
    // What this build lacks does not come by choosing it.
    devices.prefer('cuda');
    expect(reasonOf(devices, 'cuda').reason).toContain('lacks it');
  });

  it('lets nobody choose where the environment did', () => {
    const devices = new Devices(BACKENDS, 'cpu', 'linux');
    expect(() => devices.prefer('webgpu')).toThrow(
      expect.objectContaining({ code: 'invalid-argument' }),
    );
    expect(devices.report()).toMatchObject({ chosen: 'cpu', fixed: true });
  });

  it('uses a forced GPU however slow, and no other device when it fails', async () => {
    const slow = new Devices(BACKENDS, 'webgpu', 'linux');
    expect(await slow.choose('graph', () => Promise.resolve({ ...good, deviceMs: 900 }))).toBe(
      'webgpu',
    );
    const broken = new Devices(BACKENDS, 'cuda', 'linux');
    await expect(broken.choose('graph', () => Promise.reject(noLibraries))).rejects.toMatchObject({
      code: 'device-unavailable',
      message: expect.stringContaining('libraries are not installed'),
    });
  });

  it('puts a GPU aside whose trial runs out of time', async () => {
    const devices = new Devices(['cpu', 'webgpu'], undefined, 'linux');
    const late = cancelled(new DOMException('', 'TimeoutError'));
    expect(await devices.choose('graph', () => Promise.reject(late))).toBe('cpu');
    expect(reasonOf(devices, 'webgpu').reason).toContain('too long');
  });

  it('does not take a cancelled trial for a failed one', async () => {
    const devices = new Devices(['cpu', 'webgpu'], undefined, 'linux');
    const stopped = cancelled();
    await expect(devices.choose('graph', () => Promise.reject(stopped))).rejects.toBe(stopped);
    expect(await devices.choose('graph', () => Promise.resolve(good))).toBe('webgpu');
  });
});

it('CLIP_FLOW_DEVICE names a device, or is refused', () => {
  expect(deviceFromEnvironment({ CLIP_FLOW_DEVICE: 'cuda' })).toBe('cuda');
  expect(deviceFromEnvironment({ CLIP_FLOW_DEVICE: 'auto' })).toBeUndefined();
  expect(deviceFromEnvironment({})).toBeUndefined();
  expect(() => deviceFromEnvironment({ CLIP_FLOW_DEVICE: 'toaster' })).toThrow(
    expect.objectContaining({ code: 'invalid-argument' }),
  );
});
