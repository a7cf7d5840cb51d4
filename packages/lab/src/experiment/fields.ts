import * as z from 'zod';

// Each field carries, as its error text, what it must be: "a whole number from 1 on". `settingError` makes a sentence of
// the field's path, this text and the value that was given.

/** A whole number from `least` on, or up to `most`. */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER) {
  const range = most === Number.MAX_SAFE_INTEGER ? `from ${least} on` : `from ${least} to ${most}`;
  const must = `a whole number ${range}`;
  return z.int(must).min(least, must).max(most, must);
}

/** A finite number. */
export function number() {
  return z.number('a number');
}

/** A fraction above 0, up to 1. */
export function density() {
  const must = 'a fraction above 0 and up to 1';
  return z.number(must).gt(0, must).lte(1, must);
}

export function yesOrNo() {
  return z.boolean('true or false');
}

export function text(what: string) {
  return z.string(what).min(1, what);
}

export function oneOf<const Names extends readonly [string, ...string[]]>(names: Names) {
  return z.enum(names, names.map((name) => `"${name}"`).join(' or '));
}

/** An object with these settings and no others. */
export function settings<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const known = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? known : `an object (${known})`),
  });
}
