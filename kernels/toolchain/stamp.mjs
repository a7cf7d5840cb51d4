import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sourceFiles, sourceFolder } from './paths.mjs';

/** What a target was built from, as one hash: sources, generated header, compiler, flags. */
export function fingerprint(header, ...parts) {
  const hash = createHash('sha256').update(header).update(JSON.stringify(parts));
  for (const name of sourceFiles()) hash.update(name).update(readFileSync(join(sourceFolder, name)));
  return hash.digest('hex');
}

const stampOf = (path) => `${path}.stamp`;

/** Whether the file at `path` is there and was made from what `print` stands for. */
export function isCurrent(path, print) {
  const stamp = stampOf(path);
  return existsSync(path) && existsSync(stamp) && readFileSync(stamp, 'utf8') === print;
}

/** Puts a finished file in its place, all at once, and remembers what it was made from. */
export function install(path, temporary, print) {
  renameSync(temporary, path);
  writeWhole(stampOf(path), print);
}

/** A file that no longer fits its sources must not be loaded. */
export function discard(path) {
  rmSync(stampOf(path), { force: true });
  rmSync(path, { force: true });
}

/** Writes under a temporary name first, so that nobody sees half a file. */
export function writeWhole(path, content) {
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, content);
  renameSync(temporary, path);
}
