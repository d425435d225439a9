/**
 * Starts to count the milliseconds for which this process keeps the CPU, all its threads together. A test of
 * what must not take long asks this and not the clock, which also counts what else runs on the machine.
 */
export function startCpuTime(): () => number {
  const started = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(started);
    return (user + system) / 1_000;
  };
}
