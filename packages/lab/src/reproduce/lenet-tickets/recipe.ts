import type { ExperimentInput } from '../../experiment/schema.js';
import { count, plural } from '../../report/format.js';
import type { Needed, Scale } from '../reproduction.js';

type Input = Extract<Needed, { kind: 'find' }>['input'];

/** LeNet-300-100 on MNIST as in Frankle & Carbin 2019 §2, figure 2; everything that is not said is the default. */
export function lenet(
  { quick, trials, iterations }: Scale,
  rounds: number,
  rest: Partial<Omit<ExperimentInput, 'pruning'>> & { readonly pruning?: ExperimentInput['pruning'] },
): Input {
  return {
    network: 'lenet-300-100',
    data: 'mnist',
    seed: 1,
    ...rest,
    trials: trials ?? (quick ? QUICK.trials : PAPER.trials),
    recipe: { iterations: iterations ?? (quick ? QUICK.iterations : PAPER.iterations) },
    pruning: {
      ...(quick
        ? { rate: QUICK.rate, outputRate: QUICK.outputRate, rounds: Math.ceil(rounds / QUICK.roundsInOne) }
        : { rounds }),
      ...rest.pruning,
    },
  };
}

const PAPER = { trials: 5, iterations: 50_000 } as const;

/** Small enough for a pause: each round prunes what three of the paper's do, 1 − 0.8³ and in the output layer 1 − 0.9³. */
const QUICK = { trials: 2, iterations: 1000, roundsInOne: 3, rate: 0.488, outputRate: 0.271 } as const;

/** In words, for what stands in figures and tables. */
export function lenetScale({ quick, trials, iterations }: Scale): string {
  const of = quick ? QUICK : PAPER;
  const size = `${plural(trials ?? of.trials, 'trial')} of ${count(iterations ?? of.iterations)} iterations`;
  if (quick) return `QUICK, scaled down: ${size}, three rounds in one`;
  const isPapers = (iterations ?? of.iterations) === PAPER.iterations && (trials ?? of.trials) === PAPER.trials;
  return isPapers ? `The paper’s scale: ${size}` : `${size}; the paper: ${PAPER.trials} of ${count(PAPER.iterations)}`;
}

/** Iterative and one-shot tickets with both controls: what Figures 1, 3 and 4 are drawn from. */
export const ticketsRun = (scale: Scale): Needed => ({
  kind: 'find',
  name: 'lenet',
  input: lenet(scale, 20, { schedule: ['iterative', 'one-shot'], controls: ['reinit', 'random'] }),
});

export const lenetDiffers =
  'One draw of each control a trial, where the paper draws three re-initialisations of each ticket. Early stop is found afterwards, as there.';
