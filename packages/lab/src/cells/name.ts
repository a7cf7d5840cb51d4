import { createHash } from 'node:crypto';
import type { CellId } from '@winnow/tickets';
import { canonicalJson, type Json } from './canonical.js';
import { withoutNeutral } from './neutral.js';

/** SHA-256, in hexadecimal, over the canonical JSON of a cell's settings without the neutral ones. */
export function cellHash(settings: { readonly [key: string]: Json }): string {
  return createHash('sha256')
    .update(canonicalJson(withoutNeutral(settings)))
    .digest('hex');
}

/** Digits of the hash in a name: 64 bits, so that no two cells of a lifetime meet. */
const NAME_DIGITS = 16;

/** A cell's folder within those of its run, to read and to be unique: `trial-0/level-07-ticket-3f2a9c0d51b7e684`. */
export function cellName({ trial, level, kind, replicate }: CellId, hash: string): string {
  const repeated = replicate === 0 ? '' : `-${replicate}`;
  return `trial-${trial}/level-${String(level).padStart(2, '0')}-${kind}${repeated}-${hash.slice(0, NAME_DIGITS)}`;
}

/** A cell for people: "trial 0, level 7 (ticket)". */
export function cellTitle({ trial, level, kind, replicate }: CellId): string {
  return `trial ${trial}, level ${level} (${replicate === 0 ? kind : `${kind} ${replicate}`})`;
}

/** A cell's name in its experiment, without what else is known of it. */
export function cellIdOf({ trial, level, kind, replicate }: CellId): CellId {
  return { trial, level, kind, replicate };
}
