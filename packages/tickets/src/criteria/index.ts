import { suggestion, UserError } from '@winnow/arithmetic';
import type { Criterion, CriterionSource } from '../criterion.js';
import { largeFinal } from './large-final.js';
import { largeFinalDiffSign } from './large-final-diff-sign.js';
import { largeFinalSameSign } from './large-final-same-sign.js';
import { largeInit } from './large-init.js';
import { largeInitLargeFinal } from './large-init-large-final.js';
import { magnitudeIncrease } from './magnitude-increase.js';
import { magnitudeIncreaseDiffSign } from './magnitude-increase-diff-sign.js';
import { magnitudeIncreaseSameSign } from './magnitude-increase-same-sign.js';
import { movement } from './movement.js';
import { random } from './random.js';
import { smallFinal } from './small-final.js';
import { smallInit } from './small-init.js';
import { smallInitSmallFinal } from './small-init-small-final.js';

/** Every criterion, in the order in which they are listed. */
export const criteria: readonly Criterion[] = [
  largeFinal,
  smallFinal,
  largeInit,
  smallInit,
  largeInitLargeFinal,
  smallInitSmallFinal,
  magnitudeIncrease,
  movement,
  random,
  largeFinalSameSign,
  largeFinalDiffSign,
  magnitudeIncreaseSameSign,
  magnitudeIncreaseDiffSign,
];

/** What `criterionByName` knows. */
export const criterionNames: readonly string[] = criteria.map(({ name }) => name);

/** @throws UserError for an unknown name, listing the known ones and suggesting the nearest */
export function criterionByName(name: string): Criterion {
  const criterion = criteria.find((known) => known.name === name);
  if (criterion) return criterion;
  throw new UserError(
    `There is no criterion "${name}".${suggestion(name, criterionNames)} Known criteria: ${criterionNames.join(', ')}.`,
  );
}

/**
 * The criterion that a pruning's setting means.
 * @throws UserError for an unknown name; RangeError for a source that was not run
 */
export function criterionOf(setting: string | Criterion | CriterionSource): Criterion {
  if (typeof setting === 'string') return criterionByName(setting);
  if ('source' in setting) throw new RangeError(`the source of criterion "${setting.name}" was not run`);
  return setting;
}
