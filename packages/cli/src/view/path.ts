import { isAbsolute, relative } from 'node:path';

/** A path as a person would type it from here. */
export function shownPath(path: string, from = process.cwd()): string {
  const short = relative(from, path);
  return short === '' ? '.' : isAbsolute(short) || short.startsWith('..') ? path : short;
}
