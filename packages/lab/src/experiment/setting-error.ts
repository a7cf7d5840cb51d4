import { UserError } from '@winnow/arithmetic';
import type * as z from 'zod';

/**
 * The first thing that is wrong with an input, as a sentence: which setting, what it must be, what it is.
 * `where` is what the user wrote it in, such as the name of a file.
 */
export function settingError(error: z.ZodError, input: unknown, where: string): UserError {
  const [issue] = error.issues;
  return new UserError(`${where}: ${sentence(issue, input)}`);
}

function sentence(issue: z.core.$ZodIssue, input: unknown): string {
  const setting = issue.path.length === 0 ? 'the experiment' : settingName(issue.path);
  if (issue.code === 'unrecognized_keys') {
    return `there is no setting ${settingName([...issue.path, issue.keys[0]])}; ${setting} has ${issue.message}.`;
  }
  const value = valueAt(input, issue.path);
  const found = value === undefined ? 'but it is missing' : `not ${shown(value)}`;
  return `${setting} must be ${issue.message}, ${found}.`;
}

/** As one writes it in code: `recipe.optimizer.rate`, `controls[1]`. */
function settingName(path: readonly PropertyKey[]): string {
  const parts = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`));
  return parts.join('').replace(/^\./, '');
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (Object(value) === value ? Reflect.get(value as object, key) : undefined),
    input,
  );
}

const LONGEST = 60;

function shown(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (typeof value === 'function') return 'a function';
  const json = JSON.stringify(value) ?? String(value);
  return json.length <= LONGEST ? json : `${json.slice(0, LONGEST)} …`;
}
