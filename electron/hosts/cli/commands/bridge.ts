import {
  type Bridge,
  type BridgeEstimate,
  type BridgeEvent,
  type BridgeRequest,
  bridgeRequestSchema,
  type CurvePoint,
} from '../../../contract/bridge.ts';
import { StudioError } from '../../../contract/errors.ts';
import { print, printNote } from '../output.ts';
import { type GlobalOptions, type Session, withStudio } from '../session.ts';

/** What is left out is as it was asked for before. */
export type TrainBridgeOptions = GlobalOptions &
  Pick<BridgeRequest, 'clip' | 'generator' | 'about' | 'title' | 'judge' | 'finish'> & {
    readonly pairs?: number | undefined;
    readonly prompt: readonly string[];
    readonly estimate?: boolean | undefined;
  };

/** Learns a bridge between two models, from where it was left, and makes a pack of it; or says how long that takes. */
export async function trainBridge(options: TrainBridgeOptions): Promise<void> {
  await withStudio(options, async (session) => {
    if (options.estimate) return tellTimes(session, options);
    const { bridges, signal, onProgress, aside } = session;
    const before = await findBridge(session, options);
    const request = requestOf(options, before);
    const say = (line: string) => {
      if (!options.json) aside(() => printNote(line));
    };
    const known = await estimate(session, request, false);
    if (known.times && !request.finish) say(timesInWords(known));
    if (before && before.learnt > 0 && request.pairs > before.drawn && !request.finish) {
      say('More pairs than before: learning begins anew when they are drawn.');
    }
    const onEvent = (event: BridgeEvent) => {
      if (event.kind === 'curve') for (const line of event.points.flatMap(lookLine)) say(line);
      else if (event.kind !== 'samples') onProgress(event);
    };
    try {
      const { id, version, folder, measured } = await bridges.learn(request, { signal, onEvent });
      const document = { pack: { id, version, folder }, measured };
      print(options.json, document, [`${id} ${version} is there now: ${folder}`]);
    } catch (thrown) {
      throw await paused(thrown, session, options);
    }
  });
}

/** Lists the bridges that were begun, and those that are finished with the pairs that are left of them. */
export async function listBridges(options: GlobalOptions): Promise<void> {
  await withStudio(options, async ({ bridges }) => {
    const found = await bridges.list();
    print(options.json, { bridges: found }, found.map(bridgeLine));
  });
}

/** Forgets a bridge with all that it has learnt from. */
export async function dropBridge(id: string, options: GlobalOptions): Promise<void> {
  await withStudio(options, async ({ bridges }) => {
    await bridges.drop(id);
    print(options.json, { dropped: id }, [`${id} is dropped.`]);
  });
}

/** Tries the two models for a moment, and learns nothing. */
async function tellTimes(session: Session, options: TrainBridgeOptions): Promise<void> {
  const request = requestOf(options, await findBridge(session, options));
  const told = await estimate(session, request, true);
  print(options.json, { ...told, pairs: request.pairs }, [timesInWords(told)]);
}

function estimate(
  { bridges, signal, onProgress }: Session,
  { clip, generator, pairs }: BridgeRequest,
  measure: boolean,
): Promise<BridgeEstimate> {
  const asked = { clip, generator, pairs, measure };
  return bridges.estimate(asked, { signal, onEvent: onProgress });
}

function timesInWords({ drawn, times }: BridgeEstimate): string {
  if (!times) return 'How long it takes could not be measured.';
  const [drawing, learning, comparing] = [times.drawing, times.learning, times.comparing].map(
    (ms) => `${(ms / 60_000).toLocaleString('en', { maximumSignificantDigits: 2 })} min`,
  );
  const there = drawn > 0 ? `${drawn.toLocaleString('en')} pairs are there; ` : '';
  return `As measured on this machine: ${there}${drawing} of drawing, ${learning} of learning at the most, ${comparing} of comparing remedies.`;
}

function requestOf(options: TrainBridgeOptions, before: Bridge | undefined): BridgeRequest {
  const { clip, generator, pairs, about, title, judge, finish, prompt } = options;
  return bridgeRequestSchema.parse({
    ...before?.request,
    ...{ clip, generator, finish },
    ...(pairs !== undefined && { pairs }),
    ...(about !== undefined && { about }),
    ...(title !== undefined && { title }),
    ...(judge !== undefined && { judge }),
    ...(prompt.length > 0 && { prompts: prompt }),
  });
}

async function findBridge(
  { bridges, components }: Session,
  { clip, generator }: TrainBridgeOptions,
): Promise<Bridge | undefined> {
  const ids = await Promise.all([components.findClip(clip), components.findGenerator(generator)]);
  const [{ manifest: ofClip }, { manifest: ofGenerator }] = ids;
  const isAsked = (one: Bridge) => one.clip === ofClip.id && one.generator === ofGenerator.id;
  return (await bridges.list()).find(isAsked);
}

/** Of a cancellation, how to go on. */
async function paused(
  thrown: unknown,
  session: Session,
  options: TrainBridgeOptions,
): Promise<unknown> {
  if (!(thrown instanceof StudioError) || thrown.code !== 'cancelled') return thrown;
  const bridge = await findBridge(session, options).catch(() => undefined);
  if (!bridge) return thrown;
  return new StudioError(
    'cancelled',
    `Paused: ${progressOf(bridge)}. The same command goes on from there; with --finish it makes a pack of the best so far.`,
    { cause: thrown },
  );
}

function bridgeLine(bridge: Bridge): string {
  return `${bridge.id}  ${progressOf(bridge)}`;
}

function progressOf({ drawn, learnt, bytes, made, request }: Bridge): string {
  if (made !== undefined) {
    return `${drawn.toLocaleString('en')} pairs are left of "${made}", ${(bytes / 1e6).toFixed(1)} MB`;
  }
  const pairs = Math.max(drawn, request.pairs).toLocaleString('en');
  return `${drawn.toLocaleString('en')} of ${pairs} pairs drawn, ${learnt.toLocaleString('en')} steps learnt`;
}

/** A look at the pairs held out. */
function lookLine({ step, loss, heldOut }: CurvePoint): string[] {
  if (heldOut === undefined) return [];
  return [`Step ${step}: loss ${loss.toFixed(3)}, held out ${heldOut.toFixed(3)}`];
}
