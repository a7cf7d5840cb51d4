import { capitalised, count, plural } from '../../report/format.js';
import type { Scale } from '../reproduction.js';
import { type ConvolutionNetwork, networksAt, PAPER, QUICK_ITERATIONS, sizeOf } from './recipe.js';

/** Training steps of the paper (figure 2). */
const iterationsOfPaper = { 'conv-2': 20_000, 'conv-4': 25_000, 'conv-6': 30_000 } as const;

/** The scale in words, for what stands in figures and tables. */
export function convolutionScale(scale: Scale): string {
  const { quick, trials, iterations } = scale;
  const networks = networksAt(scale);
  const many = plural(trials ?? sizeOf(scale).trials, 'trial');
  if (quick) {
    const short = count(iterations ?? QUICK_ITERATIONS);
    return `QUICK, scaled down: ${many} of ${short} iterations, three rounds in one, none re-initialised, ${listed(networks.map(capitalised))} alone`;
  }
  const papers = papersIterations(networks);
  if (iterations === undefined) {
    const isPapers = (trials ?? PAPER.trials) === PAPER.trials;
    return isPapers ? `The paper’s scale: ${many} of ${papers}` : `${many} of ${papers}; the paper: ${PAPER.trials}`;
  }
  return `${many} of ${count(iterations)} iterations, ${roundsInWords(networks, scale)}; the paper: ${PAPER.trials} of ${papers}`;
}

/** "25,000 iterations", "20,000 (Conv-2) and 25,000 iterations (Conv-4)". */
function papersIterations(networks: readonly ConvolutionNetwork[]): string {
  if (networks.length === 1) return `${count(iterationsOfPaper[networks[0]])} iterations`;
  return listed(
    networks.map((network, i) => {
      const unit = i === networks.length - 1 ? ' iterations' : '';
      return `${count(iterationsOfPaper[network])}${unit} (${capitalised(network)})`;
    }),
  );
}

/** "15 rounds, three in one, re-initialised after 9, 12 and 15 of them". */
function roundsInWords(networks: readonly ConvolutionNetwork[], scale: Scale): string {
  const { rounds, reinitAt, roundsInOne } = sizeOf(scale);
  const merging = networks.filter((network) => roundsInOne[network] > 1);
  const only =
    merging.length === networks.length ? ', three in one' : ` (of ${listed(merging.map(capitalised))} three in one)`;
  const made = (network: ConvolutionNetwork) =>
    reinitAt === 'everywhere'
      ? []
      : reinitAt.map((round) => Math.round(round / roundsInOne[network]) * roundsInOne[network]);
  const lists = new Set(networks.map((network) => listed(made(network).map(String))));
  const after = [...lists].join(' or ');
  return `${rounds} rounds${merging.length === 0 ? '' : only}, re-initialised after ${after} of them`;
}

/** "a", "a and b", "a, b and c". */
function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
