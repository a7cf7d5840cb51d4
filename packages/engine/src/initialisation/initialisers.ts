import { suggestion, UserError } from '@winnow/arithmetic';
import type { Initialisation } from '../recipe/recipe.js';
import { glorotNormal } from './glorot-normal.js';
import { glorotNormalTruncated } from './glorot-normal-truncated.js';
import { glorotUniform } from './glorot-uniform.js';
import { heNormal } from './he-normal.js';
import type { Initialiser } from './initialiser.js';

export const initialisers: Readonly<Record<Initialisation, Initialiser>> = {
  'glorot-normal': glorotNormal,
  'glorot-normal-truncated': glorotNormalTruncated,
  'glorot-uniform': glorotUniform,
  'he-normal': heNormal,
};

export const initialisationNames = Object.keys(initialisers) as readonly Initialisation[];

/** @throws UserError for an unknown name, listing the known ones and suggesting the nearest */
export function initialisationByName(name: string): Initialisation {
  const known = initialisationNames.find((candidate) => candidate === name);
  if (known !== undefined) return known;
  throw new UserError(
    `There is no initialisation "${name}".${suggestion(name, initialisationNames)} Known: ${initialisationNames.join(', ')}.`,
  );
}
