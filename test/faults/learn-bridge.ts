/** Learns the tiny bridge below a folder that has its models: `node learn-bridge.ts BASE`. Says what begins, each on a line. */
import { Inference } from '../../electron/engine/inference/inference.ts';
import { bridgeRequest, openBridges } from '../support/bridges.ts';

const [base = ''] = process.argv.slice(2);
const inference = new Inference({ device: 'cpu' });
const { bridges } = openBridges(base, inference);
await bridges.learn(bridgeRequest(), {
  onEvent: (event) => {
    if (event.kind === 'started') console.log(event.task);
    // What follows is the pack, put together and taken in.
    if (event.kind === 'finished' && event.task === 'evaluate') console.log('assemble');
  },
});
inference.close();
