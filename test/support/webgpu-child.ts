/**
 * Runs a graph on WebGPU and on the CPU, in a process of its own, for the driver's place is in its environment. Takes
 * the graph and its inputs from its parent, and tells how far the outputs lie apart.
 */
import { Sessions } from '../../electron/engine/inference/sessions.ts';
import type { Tensors } from '../../electron/engine/inference/protocol.ts';

process.once('message', async ({ graph, feeds }: { graph: string; feeds: Tensors }) => {
  const sessions = new Sessions();
  const expected = await sessions.run(graph, 'cpu', feeds);
  const actual = await sessions.run(graph, 'webgpu', feeds);
  const apart = Object.entries(expected).map(([name, { data }]) => {
    const other = Array.from(actual[name]?.data ?? [], Number);
    const values = Array.from(data, Number);
    const largest = Math.max(1, ...values.map(Math.abs));
    return Math.max(...values.map((value, i) => Math.abs(value - (other[i] ?? NaN)))) / largest;
  });
  process.send?.({ apart: Math.max(...apart) });
  process.disconnect();
});
