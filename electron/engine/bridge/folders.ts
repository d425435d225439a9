/** What lies in the folder of a bridge while it is learnt. */
import path from 'node:path';

export const pairsFolder = (bridge: string) => path.join(bridge, 'pairs');
export const trainingFolder = (bridge: string) => path.join(bridge, 'training');
/** The pack before it is taken in. */
export const draftFolder = (bridge: string) => path.join(bridge, 'pack');
