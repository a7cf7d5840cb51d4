import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildFolder, sourceFiles, sourceFolder } from './paths.mjs';

/** What a target was built from, as one hash: sources, generated header, compiler, flags. */
export function fingerprint(header, ...parts) {
  const hash = createHash('sha256').update(header).update(JSON.stringify(parts));
  for (const name of sourceFiles()) hash.update(name).update(readFileSync(join(sourceFolder, name)));
  return hash.digest('hex');
}

const stampOf = (target) => join(buildFolder, `${target}.stamp`);

export function isCurrent(target, print) {
  const stamp = stampOf(target);
  return existsSync(join(buildFolder, target)) && existsSync(stamp) && readFileSync(stamp, 'utf8') === print;
}

/** Puts a finished file in its place, all at once, and remembers what it was made from. */
export function install(target, temporary, print) {
  renameSync(temporary, join(buildFolder, target));
  writeWhole(stampOf(target), print);
}

/** A file that no longer fits its sources must not be loaded. */
export function discard(target) {
  rmSync(stampOf(target), { force: true });
  rmSync(join(buildFolder, target), { force: true });
}

/** Writes under a temporary name first, so that nobody sees half a file. */
export function writeWhole(path, content) {
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, content);
  renameSync(temporary, path);
}
