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

export function supermaskScale({ quick, trials, iterations }: Scale): string {
  const of = quick ? QUICK : PAPER;
  const scores = (iterations ?? of.scores).toLocaleString('en');
  const size = `${trials ?? of.trials} ${(trials ?? of.trials) === 1 ? 'trial' : 'trials'}, scores learned for ${scores} iterations`;
  if (quick) return `QUICK, scaled down: ${size}, by Adam`;
  return iterations === undefined
    ? `The paper’s scale: ${size}`
    : `${size}; the paper: ${PAPER.scores.toLocaleString('en')}`;
}
