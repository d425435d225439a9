import type { Generation, Lineage } from '../../electron/contract/generation.ts';
import { strings } from '../strings.ts';
import type { Fact } from '../ui/fact.ts';
import { fixed } from '../ui/number.ts';

const words = strings.inspector;
const date = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });

/** What an artist may want to know of a portrait, in the order of interest. */
export function factsOf(generation: Generation): Fact[] {
  const { source } = generation;
  return source.kind === 'import' ? factsOfImport(generation, source) : factsOfDrawn(generation);
}

/** Of a picture that was brought in: what is known of it, which is nothing of a model. */
function factsOfImport(
  { width, height, createdAt }: Generation,
  { name, program, negativePrompt, seed }: Extract<Lineage, { kind: 'import' }>,
): Fact[] {
  const brought = strings.bringIn;
  return [
    ...(negativePrompt === undefined
      ? []
      : [{ name: brought.negativePrompt, value: negativePrompt }]),
    ...(seed === undefined ? [] : [{ name: words.seed, value: seed }]),
    ...(program === undefined ? [] : [{ name: brought.program, value: brought.programs[program] }]),
    { name: brought.file, value: name },
    { name: words.size, value: `${width} × ${height} px` },
    { name: words.origins.import, value: date.format(createdAt) },
  ];
}

function factsOfDrawn(generation: Generation): Fact[] {
  const { settings, seed, clipScore, logLikelihood, timings, width, height } = generation;
  const ms = Object.values(timings).reduce((sum, time) => sum + time, 0);
  const { unheard = [] } = settings;
  const facts: (Fact | null)[] = [
    unheard.length === 0
      ? null
      : { name: words.unheard, value: unheard.join(', '), tip: words.unheardTip },
    settings.without === undefined ? null : { name: words.without, value: settings.without },
    clipScore === null
      ? null
      : { name: words.score, value: fixed(clipScore, 3), tip: words.scoreTip(logLikelihood) },
    seed === null ? null : { name: words.seed, value: String(seed), tip: words.seedTip },
    { name: words.truncation, value: settings.truncation.toFixed(2), tip: words.truncationTip },
    {
      ...{ name: words.temperature, tip: words.temperatureTip },
      value: settings.temperature.toFixed(2),
    },
    { name: words.gap, value: words.gaps[settings.gap], tip: words.gapTip },
    settings.variety === undefined
      ? null
      : { name: words.variety, value: settings.variety.toFixed(2), tip: words.varietyTip },
    settings.noiseSeed === undefined
      ? null
      : { name: words.noiseSeed, value: String(settings.noiseSeed), tip: words.noiseSeedTip },
    { name: words.how, value: words.origins[generation.source.kind] },
    { name: words.size, value: `${width} × ${height} px` },
    { name: words.model, value: `${generation.pack.id} ${generation.pack.version}` },
    { name: words.device, ...drawnOn(generation) },
    { name: words.time, value: `${Math.round(ms)} ms` },
    { name: words.made, value: date.format(generation.createdAt) },
  ];
  return facts.filter((fact) => fact !== null);
}

/** The processor, or the server and how exactly it draws. */
function drawnOn({ device, server }: Generation): Pick<Fact, 'value' | 'tip'> {
  if (!server) return { value: strings.devices[device] };
  return {
    value: server.address ?? strings.devices.server,
    tip: `${strings.devices.server}: ${words.exactness[server.exactness]}`,
  };
}

/** The exact settings as text, for a note or a bug report. */
export function settingsText(generation: Generation): string {
  const { id, prompt, seed, settings, pack, source, parents } = generation;
  return JSON.stringify({ id, prompt, seed, ...settings, pack, source, parents }, null, 2);
}
