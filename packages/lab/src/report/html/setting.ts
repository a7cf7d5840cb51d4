import type { Plain, ReportRun } from '../input.js';
import { definitions } from './markup.js';

/** Every setting by its path, as in the experiment's file: "recipe.optimizer.rate", "0.0012". */
export function settingList(run: ReportRun): string {
  return definitions(settingRows(run.settings), 'mono');
}

/** Nested settings as rows of path and value. What a list holds stays on one line, if it is not nested further. */
export function settingRows(settings: Plain, path = ''): readonly (readonly [string, string])[] {
  if (settings === undefined) return [];
  if (!isNested(settings)) return [[path, String(settings)]];
  if (isList(settings)) {
    if (settings.every((item) => !isNested(item))) return [[path, settings.join(', ') || 'none']];
    return settings.flatMap((item, i) => itemRows(item, `${path}[${i}]`));
  }
  return Object.entries(settings).flatMap(([name, value]) =>
    settingRows(value, path === '' ? name : `${path}.${name}`),
  );
}

function itemRows(item: Plain, path: string): readonly (readonly [string, string])[] {
  if (!isNested(item) || isList(item) || Object.values(item).some(isNested)) return settingRows(item, path);
  const named = Object.entries(item).map(([name, value]) => `${name} ${value}`);
  return [[path, named.join(', ')]];
}

type Nested = Extract<Plain, object>;

function isNested(value: Plain): value is Nested {
  return typeof value === 'object' && value !== null;
}

function isList(value: Nested): value is readonly Plain[] {
  return Array.isArray(value);
}
