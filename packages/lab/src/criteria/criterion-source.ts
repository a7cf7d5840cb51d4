import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import { UserError } from '@winnow/arithmetic';
import { type CriterionSource, criterionByName } from '@winnow/tickets';

const endings = ['.ts', '.mts', '.js', '.mjs'];

/** A criterion as experiments write it: a name, the path of a file, or the file's text as a run keeps it. */
export type CriterionInput = string | { readonly file: string; readonly source: string };

/** Whether a word means a file and no name. */
const isPath = (word: string): boolean => word.includes('/') || word.includes('\\') || endings.includes(extname(word));

/**
 * The criterion that is meant: the name of a known one, or the source of one's own, read from a path as seen from here.
 * The source is not run (see `loadCriterion`).
 *
 * @throws UserError for an unknown name, a file that cannot be read, or one that imports others: they would decide results unseen
 */
export function criterionSetting(given: CriterionInput): string | CriterionSource {
  if (typeof given === 'object') return sourceOf(given.file, given.source);
  if (!isPath(given)) return criterionByName(given).name;
  if (!endings.includes(extname(given))) {
    throw new UserError(`The criterion ${given} must be a file that ends in ${endings.join(', ')}.`);
  }
  return sourceOf(given, textOf(given));
}

/** As experiments write it, so that it reads back the same wherever the file has gone. */
export function criterionInput(criterion: string | CriterionSource): CriterionInput {
  return typeof criterion === 'string' ? criterion : { file: criterion.file, source: criterion.source };
}

/** What results call it: its name, and for one's own the digest of its source, of which 12 digits tell two apart. */
export function criterionTitle(criterion: string | CriterionSource): string {
  return typeof criterion === 'string' ? criterion : `${criterion.name} (${criterion.digest.slice(0, 12)})`;
}

function sourceOf(file: string, source: string): CriterionSource {
  const digest = createHash('sha256').update(source).digest('hex');
  return { name: basename(file, extname(file)), file, source, digest };
}

function textOf(file: string): string {
  try {
    return readFileSync(resolve(file), 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new UserError(
      missing
        ? `There is no file ${file}. Write a criterion in it: \`export const score = ({ initial, final }) => …\`.`
        : `${file} cannot be read: ${error instanceof Error ? error.message : error}.`,
    );
  }
}
