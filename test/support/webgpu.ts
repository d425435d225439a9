import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Tensors } from '../../electron/engine/inference/protocol.ts';

/** Debian's chromium brings a driver that draws on the CPU, and beside it the loader that finds it. */
export const VULKAN_DRIVER = [
  process.env['VK_DRIVER_FILES'] ?? '',
  '/usr/lib/chromium/vk_swiftshader_icd.json',
].find(existsSync);

/** How far a graph's outputs on WebGPU lie from those on the CPU, in parts of the largest number or of 1. */
export async function distanceOfWebGpu(graph: string, feeds: Tensors): Promise<number> {
  const driver = VULKAN_DRIVER ?? '';
  const env = { ...process.env, VK_DRIVER_FILES: driver, LD_LIBRARY_PATH: path.dirname(driver) };
  const child = fork(path.join(import.meta.dirname, 'webgpu-child.ts'), {
    ...{ env, execArgv: [], serialization: 'advanced' },
  });
  const result = Promise.race([
    once(child, 'message').then(([message]) => message as { apart: number }),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`It ended with ${code}.`))),
  ]);
  child.send({ graph, feeds });
  try {
    return (await result).apart;
  } finally {
    child.kill();
  }
}
