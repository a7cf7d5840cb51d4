import type { ChannelScaling } from '@winnow/data';
import { arithmetic, type Network } from '@winnow/engine';
import { type CellId, earlyBirdOf, hasKnownCounts, type Pruning, type Search } from '@winnow/tickets';
import type { Json } from './canonical.js';

/** What decides the data of a training, besides the seed. */
export interface DataIdentity {
  /** Of the data set's bytes. */
  readonly digest: string;
  /** What a byte is multiplied by, an f32. */
  readonly scale: number;
  /** What is done after that, by channel; absent where nothing is. */
  readonly channels?: readonly ChannelScaling[] | undefined;
  readonly split: Split;
}

export interface Split {
  /** Training examples held back for validation. */
  readonly validation: number;
  /** Whether each class has its share of them. */
  readonly stratified: boolean;
}

/**
 * Every setting that decides a bit of a cell's result, complete, and nothing else: not the backend, instruction set, threads or
 * workers, nor names and paths. Its hash names the cell (see `cellName`).
 *
 * The dense network does not depend on how it will be pruned, nor a random mask of given layer densities on how tickets are.
 */
export function cellSettings(search: Search, data: DataIdentity, cell: CellId): { readonly [key: string]: Json } {
  const { kind, level, trial, replicate } = cell;
  return {
    arithmetic,
    network: structureOf(search.network),
    data: { digest: data.digest, scale: data.scale, ...(data.channels && { channels: data.channels.map(jsonOf) }) },
    split: { ...data.split },
    recipe: jsonOf(search.recipe),
    seed: search.seed,
    trial,
    kind,
    level,
    replicate,
    ...searchSettings(search, cell),
  };
}

function searchSettings(search: Search, cell: CellId): { readonly [key: string]: Json } {
  const { pruning, rewind, schedule, mask1, mask0 } = search;
  const { kind } = cell;
  const tickets = {
    pruning: rankedBy(pruning),
    rewind: jsonOf(rewind),
    mask1,
    mask0,
    ...earlyBirdSettings(search, cell),
  };
  switch (kind) {
    case 'dense':
      // Where the dense training stops depends on what would be pruned from it.
      return earlyBirdOf(search, cell) === null ? {} : { ...tickets, schedule };
    case 'ticket':
    case 'one-shot':
      return tickets;
    case 'continued':
      return { pruning: rankedBy(pruning) };
    case 'snip':
    case 'grasp':
    case 'synflow':
    case 'erk':
    case 'uniform':
      return { pruning: countsOf(pruning) };
    case 'reinit':
    case 'shuffle':
    case 'invert':
      return { ...tickets, schedule };
    case 'random':
      if (hasKnownCounts(search)) return { pruning: countsOf(pruning) };
      return { ...tickets, schedule };
  }
}

/** Whether a level is trained whole matters, and under the one-shot schedule which one is watched. */
function earlyBirdSettings(search: Search, cell: CellId): { readonly [key: string]: Json } {
  const { earlyBird, schedule } = search;
  if (earlyBird === undefined) return {};
  const { threshold, window, lastLevel } = earlyBird;
  const stops = earlyBirdOf(search, cell) !== null;
  return { earlyBird: { threshold, window, stops, ...(schedule === 'one-shot' && { lastLevel }) } };
}

/** A pruning with its criterion: a known one by name, one's own by what its file says, whatever it is called. */
function rankedBy({ criterion, ...counts }: Pruning): Json {
  if (typeof criterion === 'string') return jsonOf({ ...counts, criterion });
  if ('digest' in criterion) return jsonOf({ ...counts, criterion: { source: criterion.digest } });
  throw new RangeError(`criterion "${criterion.name}" has no source, by which cells could be named`);
}

/** The part of a pruning that decides how many weights each layer keeps. */
function countsOf({ criterion: _, ...counts }: Pruning): Json {
  return jsonOf(counts);
}

/** A network without its name, which decides nothing. The names of its layers are those of the tensors in a cell's files. */
function structureOf({ inputs, layers }: Network): Json {
  return { inputs, layers: layers.map(jsonOf) };
}

/** A settings value as plain JSON data. Interfaces have no index signature, so the compiler cannot see that they are. */
function jsonOf(value: object): Json {
  return { ...value } as { readonly [key: string]: Json };
}
