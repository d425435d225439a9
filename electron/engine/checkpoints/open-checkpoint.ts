import { throwIfCancelled } from '../../contract/errors.ts';
import { NetworkBuilder } from './build-networks.ts';
import { ByteCursor } from './byte-cursor.ts';
import { CheckpointFile } from './checkpoint-file.ts';
import type { Checkpoint } from './network.ts';
import type { PickleValue } from './pickle-values.ts';
import { PickleBudget, readPickle } from './read-pickle.ts';
import { unsupportedCheckpoint } from './refusal.ts';
import { TensorReader } from './stored-tensor.ts';
import { isLegacyMagic, type ReadLimits } from './torch-save.ts';
import { isZip } from './torch-zip.ts';

export interface OpenOptions {
  readonly signal?: AbortSignal | undefined;
}

/** What pickles of protocol 2 and later begin with. */
const PROTOCOL_MARK = 0x80;

/**
 * Opens a checkpoint that stylegan2-ada-pytorch or stylegan3 wrote (`.pkl`). None of the code in it is run; the
 * numbers of its tensors stay in the file, which is open until the checkpoint is closed.
 *
 * @throws StudioError `checkpoint-invalid` for a file that is cut off, damaged or made to do harm,
 *   `checkpoint-has-code` for one that asks Python for more than networks, `checkpoint-unsupported` for other kinds
 *   of checkpoints, `cancelled`, and what the system says of the file
 */
export async function openCheckpoint(
  file: string,
  { signal }: OpenOptions = {},
): Promise<Checkpoint> {
  throwIfCancelled(signal);
  const opened = await CheckpointFile.open(file);
  try {
    const networks = await readNetworks(opened, { budget: new PickleBudget(), signal });
    await opened.requireUnchanged();
    return { networks, close: () => opened.close() };
  } catch (thrown) {
    await opened.close();
    throw thrown;
  }
}

async function readNetworks(
  file: CheckpointFile,
  limits: ReadLimits,
): Promise<Checkpoint['networks']> {
  await requirePickle(file);
  const root = requireSnapshot(await readPickle(new ByteCursor(file, limits.signal), limits));
  const networks = await new NetworkBuilder(new TensorReader(file, limits)).networks(root);
  if (networks.size === 0) {
    throw unsupportedCheckpoint(
      'holds no network; a state dict alone does not tell which it is for',
    );
  }
  return networks;
}

async function requirePickle(file: CheckpointFile): Promise<void> {
  if (await isZip(file)) throw savedByTorch();
  const [first] = await file.read(0, Math.min(1, file.size));
  if (first !== PROTOCOL_MARK) throw unsupportedCheckpoint('is no pickle of Python 3');
}

/** Official files are a dictionary of networks. */
function requireSnapshot(root: PickleValue): Map<PickleValue, PickleValue> {
  if (isLegacyMagic(root)) throw savedByTorch();
  if (!(root instanceof Map)) throw unsupportedCheckpoint('is not a dictionary of networks');
  return root;
}

function savedByTorch(): Error {
  return unsupportedCheckpoint(
    'was written by torch.save (.pt, .pth), which keeps numbers without saying what they are for',
  );
}
