import { cancelled } from '../../contract/errors.ts';

/** Rejects when the signal fires, and does nothing before. */
export function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => reject(cancelled(signal?.reason));
    if (signal?.aborted) end();
    signal?.addEventListener('abort', end, { once: true });
  });
}

/** Waits for work that others wait for too and that goes on when this one has been cancelled. */
export function shared<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  return Promise.race([work, aborted(signal)]);
}
