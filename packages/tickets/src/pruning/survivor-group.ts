import { maskIndices, RunError, type Stream } from '@winnow/arithmetic';
import type { Masks, Parameters, WeightLayer } from '@winnow/engine';
import { type Criterion, type Group, scoreFor } from '../criterion.js';

/** What a pruning decides from: values of the same survivors before and after training. */
export interface TrainedValues {
  /** At iteration 0. */
  readonly initial: Parameters;
  /** At the end. */
  readonly final: Parameters;
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
  { initial, final }: TrainedValues,
  keep: number,
  streams: readonly Stream[],
): Group {
  const join = (values: Parameters): Float32Array => {
    const joined = new Float32Array(members.reduce((sum, { positions }) => sum + positions.length, 0));
    for (const { layer, start } of members) joined.set(values[layer].weights, start);
    return joined;
  };
  return { initial: join(initial), final: join(final), keep, streams };
}

/**
 * The criterion's score of each weight of the group.
 * @throws RunError for a score that is not finite, naming its weight
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
      const value = score({ initial: group.initial[at], final: group.final[at], layer, position: positions[i] });
      if (!Number.isFinite(value)) {
        throw new RunError(
          `criterion "${criterion.name}" gives ${value} for weight ${positions[i]} of layer "${layers[layer].name}" ` +
            `(initially ${group.initial[at]}, finally ${group.final[at]}), but only finite scores can be ranked.`,
        );
      }
      scores[at] = value;
    }
  }
  return scores;
}
