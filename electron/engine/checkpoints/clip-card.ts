/** What a folder says of where it comes from. */
import path from 'node:path';
import type { Attribution } from '../../contract/pack.ts';
import type { ClipConfig } from './clip-texts.ts';

export const UNKNOWN_LICENSE = 'unknown, ask where you got it';

/** As the manifest takes them. */
const MAX_TITLE = 200;

const FRONT_MATTER = /^\ufeff?---\r?\n([\s\S]{0,20000}?)\r?\n---/;
/** An owner and a name, as model hubs write them. */
const REPOSITORY = /^([\w.-]{1,96})\/([\w.-]{1,96})$/;

export interface Origin {
  readonly title: string;
  readonly license: string;
  readonly attributions: Attribution[];
}

/** @param source the folder or archive, by whose name it is called where nothing else is known */
export function originOf(readme: string, config: ClipConfig, source: string): Origin {
  const repository = REPOSITORY.exec(config._name_or_path ?? '');
  const title = (repository?.[0] ?? path.parse(source).name).slice(0, MAX_TITLE);
  const license = licenseIn(readme) ?? config.license?.slice(0, MAX_TITLE) ?? UNKNOWN_LICENSE;
  const attribution = {
    title,
    author: repository?.[1] ?? 'unknown',
    source: repository ? `https://huggingface.co/${repository[0]}` : path.basename(source),
    license,
  };
  return { title, license, attributions: [attribution] };
}

/** The licence in the front matter of a model card; `other` has a name of its own. */
function licenseIn(readme: string): string | undefined {
  const front = FRONT_MATTER.exec(readme)?.[1] ?? '';
  const field = (name: string) =>
    new RegExp(`^${name}:[ \\t]*["']?([^"'\\r\\n#]{1,${MAX_TITLE}})`, 'm').exec(front)?.[1]?.trim();
  const license = field('license');
  return license === 'other' ? (field('license_name') ?? license) : license || undefined;
}
