import { type Masks, type Parameters, type Recipe, weightCount } from '@winnow/engine';
import {
  bytesOfMasks,
  type Constants,
  type Judge,
  keptWeights,
  type PackedFrom,
  type PackedValues,
  packQuantised,
  packSupermask,
  placeValues,
  tablesFor,
  tensorsOf,
  ticketNetwork,
  withoutDead,
} from '@winnow/formats';
import type { Json } from '../cells/canonical.js';
import { cellHash } from '../cells/name.js';
import { SHARES, shareValues } from './share-values.js';
import type { ShrinkExperiment } from './shrink-experiment.js';
import type { ShrinkFolder } from './shrink-folder.js';
import { type ShrinkFile, type ShrinkKind, smallestFile } from './shrink-result.js';
import { type Bench, tune } from './tune.js';

/** A network from which files are made. */
export interface Source {
  /** In the names of files. */
  readonly name: string;
  readonly masks: Masks;
  readonly parameters: Parameters;
  readonly from: PackedFrom;
  /** Of a supermask; null for a level of the search. */
  readonly constants: Constants | null;
  /** Everything that decided its bits. */
  readonly settings: { readonly [key: string]: Json };
}

/** Where files are made. */
export interface Workshop {
  readonly experiment: ShrinkExperiment;
  readonly bench: Bench;
  readonly folder: ShrinkFolder;
  readonly judge: Judge;
  /** (inputs) 1 for each that a training image lights. */
  readonly lit: Uint8Array;
  /** Finished so far. */
  readonly files: ShrinkFile[];
  /** Whether nothing new should be begun. */
  readonly isLate: () => boolean;
  readonly onFile: (file: ShrinkFile, reused: boolean) => void;
  readonly onProgress: (name: string, share: number) => void;
}

/** The rate of trainings in which values are shared one after the other, as a share of the recipe's. */
const SHARING_RATE = 0.5;

/**
 * Makes the files of a source that may be the smallest, or all if the experiment says so. Finished ones are used again.
 * @throws RunError if a training fails; the signal's reason if it aborts
 */
export async function makeFiles(shop: Workshop, source: Source): Promise<void> {
  const { network } = shop.bench;
  if (keptWeights(source.masks) === 0) return;
  if (source.constants !== null) {
    const { constants } = source;
    await make(shop, source, 'supermask', null, {}, async () => {
      const { masks, parameters, from } = source;
      return packSupermask(network, masks, parameters, from, constants, shop.lit, shop.judge);
    });
    const recipe = sharingRecipe(shop, 1);
    await make(shop, source, 'supermask with biases', 2, { recipe: jsonOf(recipe) }, async (progress) => {
      const live = liveOf(shop, source, source.parameters);
      const shared = await shareValues(shop.bench, live, { kind: 'shared', values: 2 }, recipe, [1], progress);
      return packQuantised(network, shared, source.from, shop.lit, shop.judge);
    });
    return;
  }
  if (!shop.experiment.all && isTooLarge(shop, source)) return;
  const tuned = await tunedOf(shop, source);
  if (tuned === null) return;
  const { floor, all, values: counts } = shop.experiment;
  if (!all && shop.judge.validation(source.masks, tuned) < floor) return;
  const recipe = sharingRecipe(shop, SHARES.length - 1);
  for (const values of counts) {
    const settings = { tuning: jsonOf(tuningRecipe(shop)), sharing: jsonOf(recipe), shares: [...SHARES], values };
    const file = await make(shop, source, 'ticket', values, settings, async (progress) => {
      const live = liveOf(shop, source, tuned);
      const shared = await shareValues(shop.bench, live, { kind: 'shared', values }, recipe, SHARES, progress);
      return packQuantised(network, shared, source.from, shop.lit, shop.judge);
    });
    // More values make a larger file.
    if (file === null || (!all && file.validationAccuracy >= floor)) return;
  }
}

/** @returns null if it is too late to begin */
async function make(
  shop: Workshop,
  source: Source,
  kind: ShrinkKind,
  values: number | null,
  settings: { readonly [key: string]: Json },
  work: (progress: (share: number) => void) => Promise<PackedValues>,
): Promise<ShrinkFile | null> {
  const { folder, bench, files } = shop;
  const { shift, distil } = kind === 'supermask' ? { shift: 0, distil: null } : shop.experiment;
  const how = kind === 'supermask' ? '' : kind === 'ticket' ? `-${values}-values` : '-biases';
  const name = `${source.name}${how}${changeName({ shift, distil })}`;
  const hash = cellHash({ ...source.settings, ...changeSettings({ shift, distil }), ...settings, file: kind });
  const found = await folder.find(name, hash);
  if (found !== null) {
    files.push(found);
    shop.onFile(found, true);
    return found;
  }
  bench.signal?.throwIfAborted();
  if (shop.isLate()) return null;
  const { bytes, masks, digest, validationAccuracy, test } = await work((share) => shop.onProgress(name, share));
  const weights = keptWeights(masks);
  const file: ShrinkFile = {
    ...{ name, kind, values, shift, distil, bytes: bytes.length, weights, validationAccuracy, digest },
    body: kind === 'supermask' ? 'supermask' : 'weights',
    density: weights / weightCount(bench.network),
    testAccuracy: test.correct / test.of,
  };
  await folder.put(file, hash, bytes);
  files.push(file);
  shop.onFile(file, false);
  return file;
}

/** The survivors of a level after they were trained on; null if it is too late to begin. */
async function tunedOf(shop: Workshop, source: Source): Promise<Parameters | null> {
  const { folder, bench } = shop;
  const recipe = tuningRecipe(shop);
  const name = `${source.name}-tuned${changeName(shop.experiment)}`;
  const hash = cellHash({ ...source.settings, ...changeSettings(shop.experiment), tuning: jsonOf(recipe) });
  const found = await folder.parameters(name, hash, bench.network);
  if (found !== null || shop.isLate()) return found;
  const progress = (share: number): void => shop.onProgress(name, share);
  const tuned = await tune(bench, source.masks, source.parameters, recipe, null, progress);
  await folder.putParameters(name, hash, bench.network, source.masks, tuned);
  return tuned;
}

/** Whether the coarsest file of a source, which says nothing of how good it will be, is larger than the smallest there is. */
function isTooLarge({ experiment, bench, judge, lit, files }: Workshop, source: Source): boolean {
  const best = smallestFile(files, experiment.floor);
  if (best === null) return false;
  const live = liveOf({ bench, lit }, source, source.parameters);
  const [values] = experiment.values;
  const coarse = placeValues(live, tablesFor(live, { kind: 'shared', values }));
  return packQuantised(bench.network, coarse, source.from, lit, judge).bytes.length > best.bytes;
}

function liveOf({ bench, lit }: Pick<Workshop, 'bench' | 'lit'>, { masks }: Source, parameters: Parameters) {
  const whole = { survives: bytesOfMasks(masks), tensors: tensorsOf(bench.network, masks, parameters) };
  return withoutDead(ticketNetwork(bench.network), whole, lit);
}

function tuningRecipe({ experiment: { base, weightDecay, tuningIterations: iterations } }: Workshop): Recipe {
  return { ...base.recipe, weightDecay, iterations };
}

/** @param parts in how many trainings the recipe's iterations are divided */
function sharingRecipe(shop: Workshop, parts: number): Recipe {
  const { optimizer, iterations, ...recipe } = tuningRecipe(shop);
  const slower = { ...optimizer, rate: optimizer.rate * SHARING_RATE };
  return { ...recipe, optimizer: slower, iterations: Math.ceil(iterations / parts) };
}

type Change = Pick<ShrinkExperiment, 'shift' | 'distil'>;

/** How the data changes in training: what it does not change does not enter. */
function changeSettings({ shift, distil }: Change): { readonly [key: string]: Json } {
  return { ...(shift > 0 && { shift }), ...(distil !== null && { distil }) };
}

/** The same in the names of files, so that one folder may hold several. */
function changeName({ shift, distil }: Change): string {
  return `${shift > 0 ? `-shift-${shift}` : ''}${distil === null ? '' : `-distil-${distil}`}`;
}

const jsonOf = (recipe: Recipe): Json => JSON.parse(JSON.stringify(recipe)) as Json;
