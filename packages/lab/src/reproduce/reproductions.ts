import { suggestion, UserError } from '@winnow/arithmetic';
import { lth5 } from './convolutions/lth-5.js';
import { dltCriteria } from './deconstructing/dlt-criteria.js';
import { dltMask0 } from './deconstructing/dlt-mask-0.js';
import { dltScatter } from './deconstructing/dlt-scatter.js';
import { dltSigns } from './deconstructing/dlt-signs.js';
import { lth7, lth8 } from './deep/networks.js';
import { lth1 } from './lenet-tickets/lth-1.js';
import { lth3 } from './lenet-tickets/lth-3.js';
import { lth4 } from './lenet-tickets/lth-4.js';
import type { Reproduction, Scale } from './reproduction.js';
import { dltSupermask } from './supermasks/dlt-supermask.js';

/** Every figure and table that can be made again, in the order in which they are listed and made. */
export const reproductions: readonly Reproduction[] = [
  lth1,
  lth3,
  lth4,
  lth5,
  lth7,
  lth8,
  dltScatter,
  dltCriteria,
  dltSigns,
  dltMask0,
  dltSupermask,
];

/** The one of a name; of `all`, those that are not made alone. @throws UserError for an unknown one */
export function reproductionsNamed(name: string): readonly Reproduction[] {
  if (name === 'all') return reproductions.filter(({ alone }) => alone !== true);
  const found = reproductions.find((known) => known.name === name);
  if (found !== undefined) return [found];
  const names = reproductions.map((known) => known.name);
  throw new UserError(
    `There is nothing to reproduce called "${name}".${suggestion(name, names)} Known: ${names.join(', ')}, or all.`,
  );
}

/** @throws UserError if a scale asks for networks that a reproduction does not have, or cannot leave out */
export function requireNetworks({ name, networks: known }: Reproduction, { networks }: Scale): void {
  if (networks === undefined) return;
  if (known === undefined) {
    const choosing = reproductions.filter((one) => one.networks !== undefined).map((one) => one.name);
    throw new UserError(`${name} has no networks to choose from. Those that have: ${choosing.join(', ')}.`);
  }
  const unknown = networks.find((network) => !known.includes(network));
  if (unknown === undefined) return;
  throw new UserError(
    `${name} has no network called "${unknown}".${suggestion(unknown, known)} Its networks: ${known.join(', ')}.`,
  );
}
