import { type BitMask, maskHas, RunError, randomStream, UserError } from '@winnow/arithmetic';
import { fullMasks, type Masks, type Network, type Parameters, type WeightLayer, weightLayers } from '@winnow/engine';
import { densityAtLevel } from '../pruning/counts.js';
import { pruningGroups } from '../pruning/groups.js';
import { keepBest, keepBestOfEach } from '../pruning/keep-best.js';
import { maskOf, type PruningContext, requireSurvivors } from '../pruning/prune.js';
import type { Pruning } from '../pruning/pruning.js';
import { drawMasks } from '../pruning/random-masks.js';
import { membersOf } from '../pruning/survivor-group.js';
import { erkShares, sharedOut, uniformShares } from './layer-shares.js';
import type { BeforeTraining } from './method.js';
import { type GradientAt, graspScores, snipScores } from './sensitivity.js';
import { synapticFlow } from './synaptic-flow.js';

/** What masks before training are chosen from. */
export interface Untrained {
  /** Every weight's initial value. */
  readonly initial: Parameters;
  /** Needed by `snip` and `grasp`. */
  readonly gradientAt?: GradientAt;
}

/** Rounds of SynFlow (Tanaka et al. 2020, §6). */
const FLOW_ROUNDS = 100;

/**
 * Masks with as many weights as the level of a pruning keeps in all. Layers are ranked together, as in the papers, whatever the pruning's scope;
 * those that it never prunes stay whole. Ties go as everywhere: the earlier is removed first. `inverted`: the best go instead.
 *
 * @throws UserError if gradients are needed and there are none, or SynFlow does not know the network
 * @throws RunError if a layer has no weights left, or a score is not finite
 */
export function masksBeforeTraining(
  method: BeforeTraining,
  network: Network,
  pruning: Pruning,
  { initial, gradientAt }: Untrained,
  context: PruningContext & { readonly inverted?: boolean },
): Masks {
  const layers = weightLayers(network);
  const prunable = pruningGroups(network, pruning)
    .flatMap((group) => group.layers)
    .toSorted((a, b) => a - b);
  const others = layers.reduce((sum, { weights }, l) => (prunable.includes(l) ? sum : sum + weights), 0);
  const keep = densityAtLevel(network, pruning, context.level).weights - others;
  const sign = context.inverted === true ? -1 : 1;
  const ranked: Ranking = { layers, prunable, keepsAlive: pruning.keepLayersAlive, level: context.level, sign };
  switch (method) {
    case 'snip':
      return rankedMasks(ranked, fullMasks(network), snipScores(initial, needed(method, gradientAt)), keep);
    case 'grasp':
      return rankedMasks(ranked, fullMasks(network), graspScores(initial, needed(method, gradientAt)), keep);
    case 'synflow':
      return flowMasks(ranked, network, initial, keep);
    case 'erk':
    case 'uniform': {
      const own = prunable.map((l) => layers[l]);
      const shares = method === 'erk' ? erkShares(own) : uniformShares(own);
      const counts = layers.map(({ weights }) => weights);
      for (const [i, count] of sharedOut(own, shares, keep).entries()) {
        counts[prunable[i]] = ranked.keepsAlive ? Math.max(count, 1) : count;
      }
      const { seed, trial, level } = context;
      return drawMasks(network, counts, level, (layer) =>
        randomStream({ kind: 'sparse-start', seed, trial, level, layer }),
      );
    }
  }
}

function needed(method: BeforeTraining, gradientAt: GradientAt | undefined): GradientAt {
  if (gradientAt !== undefined) return gradientAt;
  throw new UserError(`The schedule ${method} needs gradients before training, and this search has none to give.`);
}

interface Ranking {
  readonly layers: readonly WeightLayer[];
  readonly prunable: readonly number[];
  readonly keepsAlive: boolean;
  readonly level: number;
  /** −1 turns the order of scores around. */
  readonly sign: number;
}

/** The masks of the `keep` largest scores among what the masks have left of prunable layers. scores: one tensor a layer. */
function rankedMasks(
  { layers, prunable, keepsAlive, level, sign }: Ranking,
  masks: Masks,
  scores: readonly Float64Array[],
  keep: number,
): Masks {
  const members = membersOf(prunable, masks);
  const all = new Float64Array(members.reduce((sum, { positions }) => sum + positions.length, 0));
  for (const { layer, start, positions } of members) {
    for (const [i, position] of positions.entries()) {
      const score = scores[layer][position];
      if (!Number.isFinite(score)) {
        throw new RunError(`The score of weight ${position} of layer "${layers[layer].name}" is ${score}.`);
      }
      all[start + i] = sign * score;
    }
  }
  const kept = keepsAlive ? keepBestOfEach(all, keep, members) : keepBest(all, keep);
  const result: BitMask[] = masks.slice();
  for (const member of members) result[member.layer] = maskOf(member, kept, layers[member.layer].weights);
  requireSurvivors(result, layers, level);
  return result;
}

/**
 * SynFlow: in round k of n the weights with the largest flow stay, N · (keep ÷ N)^(k ÷ n) of N, rounded (Tanaka et al. 2020, algorithm 1). The n-th
 * root is found by bisection, since powers have no one result on all machines.
 */
function flowMasks(ranking: Ranking, network: Network, initial: Parameters, keep: number): Masks {
  const values = initial.map(({ weights }) => weights);
  const all = ranking.prunable.reduce((sum, l) => sum + ranking.layers[l].weights, 0);
  const root = rootOf(keep / all, FLOW_ROUNDS);
  let masks = fullMasks(network);
  let share = 1;
  for (let round = 1; round <= FLOW_ROUNDS; round++) {
    share *= root;
    const left = round === FLOW_ROUNDS ? keep : Math.max(keep, Math.floor(all * share + 0.5));
    const weights = values.map((tensor, l) => tensor.map((w, i) => (maskHas(masks[l], i) ? w : 0)));
    masks = rankedMasks(ranking, masks, synapticFlow(network, weights), left);
  }
  return masks;
}

/** The largest f64 r with r · r · … (n times) ≤ x, for x from 0 to 1. */
export function rootOf(x: number, n: number): number {
  let [low, high] = [0, 1];
  if (x >= 1) return 1;
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return low;
    let power = 1;
    for (let i = 0; i < n; i++) power *= middle;
    if (power <= x) low = middle;
    else high = middle;
  }
}
