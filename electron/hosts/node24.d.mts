/** The types of node24.mjs, which older versions of Node run as well. */
import type { ChildProcess } from 'node:child_process';

export const PACKAGES: Readonly<Record<string, string>>;
export function passSignals(child: ChildProcess, patienceMs?: number): () => boolean;
export function runOnNode24(command: string, args: readonly string[]): void;
export function isMain(url: string): boolean;
