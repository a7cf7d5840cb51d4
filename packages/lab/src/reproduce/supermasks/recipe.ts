import { count, plural } from '../../report/format.js';
import type { FrozenValues } from '../../supermask/supermask-experiment.js';
import type { Needed, Scale } from '../reproduction.js';

const PAPER = { trials: 3, dense: 50_000, scores: 440_000 } as const;
const QUICK = { trials: 1, dense: 1000, scores: 1000 } as const;

export const heuristicRun = (values: FrozenValues) => `supermask-heuristic-${values}`;
export const learnedRun = (values: FrozenValues, rescale: boolean) =>
  `supermask-learned-${values}${rescale ? '-rescaled' : ''}`;

/** One-shot masks over values that are not trained. */
export const heuristic = (scale: Scale, values: FrozenValues): Needed => ({
  kind: 'supermask',
  name: heuristicRun(values),
  input: {
    kind: 'heuristic',
    values,
    trials: scale.trials ?? (scale.quick ? QUICK : PAPER).trials,
    recipe: { iterations: scale.iterations ?? (scale.quick ? QUICK : PAPER).dense },
  },
});

/** Scores by momentum at rate 100, batch 250, for 2,000 epochs (Zhou et al. 2019, §5); quick ones by Adam. */
export const learned = (scale: Scale, values: FrozenValues, rescale: boolean): Needed => ({
  kind: 'supermask',
  name: learnedRun(values, rescale),
  input: {
    kind: 'learned',
    values,
    rescale,
    trials: scale.trials ?? (scale.quick ? QUICK : PAPER).trials,
    recipe: scale.quick
      ? { iterations: scale.iterations ?? QUICK.scores, evaluateEvery: 500 }
      : {
          iterations: scale.iterations ?? PAPER.scores,
          optimizer: { name: 'momentum', rate: 100, momentum: 0.9 },
          schedule: { kind: 'constant' },
        },
  },
});

/** In words, for what stands in figures and tables. */
export function supermaskScale({ quick, trials, iterations }: Scale): string {
  const of = quick ? QUICK : PAPER;
  const [many, scores] = [trials ?? of.trials, iterations ?? of.scores];
  const size = `${plural(many, 'trial')}, scores learned for ${count(scores)} iterations`;
  if (quick) return `QUICK, scaled down: ${size}, by Adam`;
  const isPapers = many === PAPER.trials && iterations === undefined;
  return isPapers ? `The paper’s scale: ${size}` : `${size}; the paper: ${PAPER.trials} for ${count(PAPER.scores)}`;
}
