import { canonicalJson, type Json } from './canonical.js';

type Settings = { readonly [key: string]: Json };

/**
 * The neutral value of a setting: behaviour as it was before the setting existed. At this value, and only there, the
 * setting is left out of the names of cells, so that a new setting renames no old result. Neutral values are fixed forever, also
 * when a default changes; an entry is only ever added here.
 */
export const neutralValues: Readonly<Record<string, Json>> = {
  replicate: 0,
  schedule: 'iterative',
  rewind: { kind: 'iteration', iteration: 0 },
  mask1: 'rewind',
  mask0: 'zero',
  'split.stratified': false,
  'recipe.augmentation': [],
  'pruning.scope': 'layer',
  'pruning.keepLayersAlive': false,
};

/** The settings without those that are at their neutral value. */
export function withoutNeutral(settings: Settings, path = ''): Settings {
  const kept = Object.entries(settings).flatMap(([key, value]): [string, Json][] => {
    const place = `${path}${key}`;
    const neutral = neutralValues[place];
    if (neutral !== undefined && canonicalJson(value) === canonicalJson(neutral)) return [];
    return [[key, isSettings(value) ? withoutNeutral(value, `${place}.`) : value]];
  });
  return Object.fromEntries(kept);
}

function isSettings(value: Json): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
