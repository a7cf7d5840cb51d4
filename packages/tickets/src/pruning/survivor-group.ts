import { maskIndices, RunError, type Stream, UserError } from '@winnow/arithmetic';
import type { Masks, Parameters, WeightLayer } from '@winnow/engine';
import { type Criterion, type Group, type Score, scoreFor, type Weight } from '../criterion.js';

/** What a pruning decides from: values of the same survivors before and after training. */
export interface TrainedValues {
  /** At iteration 0. */
  readonly initial: Parameters;
  /** At the end. */
  readonly final: Parameters;
  /** Gradients of the mean training loss there, computed when a criterion first asks for them. */
  readonly gradient?: () => Parameters;
}

/** The survivors of one layer within a group: where they begin there, and their places in the layer. */
export interface Member {
  readonly layer: number;
  readonly start: number;
  readonly positions: Uint32Array;
}

/** Where the survivors of the given layers lie when they stand one layer after the other. */
export function membersOf(layers: readonly number[], masks: Masks): readonly Member[] {
  let start = 0;
  return layers.map((layer) => {
    const member = { layer, start, positions: maskIndices(masks[layer]) };
    start += member.positions.length;
    return member;
  });
}

/** The members' values, side by side, as a criterion sees them. */
export function groupOf(
  members: readonly Member[],
  { initial, final, gradient }: TrainedValues,
  keep: number,
  streams: readonly Stream[],
): Group {
  const join = (values: Parameters): Float32Array => {
    const joined = new Float32Array(members.reduce((sum, { positions }) => sum + positions.length, 0));
    for (const { layer, start } of members) joined.set(values[layer].weights, start);
    return joined;
  };
  let joined: Float32Array | undefined;
  return {
    initial: join(initial),
    final: join(final),
    gradient() {
      if (gradient === undefined) {
        throw new UserError(
          'The criterion reads gradients, and there are none where no training was. Choose another criterion.',
        );
      }
      joined ??= join(gradient());
      return joined;
    },
    keep,
    streams,
  };
}

/** A weight whose gradient is computed only if it is looked at. */
class SeenWeight implements Weight {
  constructor(
    readonly initial: number,
    readonly final: number,
    readonly layer: number,
    readonly position: number,
    private readonly group: Group,
    private readonly at: number,
  ) {}

  get gradient(): number {
    return this.group.gradient()[this.at];
  }
}

/**
 * The criterion's score of each weight of the group.
 * @throws RunError for a score that is not finite, naming its weight, or if the criterion itself throws
 */
export function scoresOf(
  criterion: Criterion,
  group: Group,
  members: readonly Member[],
  layers: readonly WeightLayer[],
): Float64Array {
  const score = scoreFor(criterion, group);
  const scores = new Float64Array(group.final.length);
  for (const { layer, start, positions } of members) {
    for (let i = 0; i < positions.length; i++) {
      const at = start + i;
      const weight = new SeenWeight(group.initial[at], group.final[at], layer, positions[i], group, at);
      const where = () =>
        `weight ${weight.position} of layer "${layers[layer].name}" (initially ${weight.initial}, finally ${weight.final})`;
      const value = scored(criterion.name, score, weight, where);
      if (!Number.isFinite(value)) {
        throw new RunError(
          `criterion "${criterion.name}" gives ${String(value)} for ${where()}, but only finite scores can be ranked.`,
        );
      }
      scores[at] = value;
    }
  }
  return scores;
}

/** A criterion may be anybody's: what it throws is a sentence that names it. */
function scored(name: string, score: Score, weight: Weight, where: () => string): number {
  try {
    return score(weight);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new RunError(`criterion "${name}" fails for ${where()}: ${error instanceof Error ? error.message : error}.`);
  }
}
