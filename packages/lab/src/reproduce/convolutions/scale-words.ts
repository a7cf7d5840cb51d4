import { listed } from '@winnow/arithmetic';
import { networkByName, recipeFor } from '@winnow/engine';
import { capitalised, count, plural } from '../../report/format.js';
import type { Scale } from '../reproduction.js';
import { type ConvolutionNetwork, networksAt, PAPER, QUICK_ITERATIONS, reinitLevels, sizeOf } from './recipe.js';

/** Training steps of the paper (figure 2). */
const iterationsOfPaper = (network: ConvolutionNetwork): number =>
  recipeFor(networkByName(network), { name: 'paper' }).iterations;

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
  if (networks.length === 1) return `${count(iterationsOfPaper(networks[0]))} iterations`;
  return listed(
    networks.map((network, i) => {
      const unit = i === networks.length - 1 ? ' iterations' : '';
      return `${count(iterationsOfPaper(network))}${unit} (${capitalised(network)})`;
    }),
  );
}

/** "15 rounds, three in one, re-initialised after 9, 12 and 15 of them". */
function roundsInWords(networks: readonly ConvolutionNetwork[], scale: Scale): string {
  const { rounds, roundsInOne } = sizeOf(scale);
  const merging = networks.filter((network) => roundsInOne[network] > 1);
  const after = networks.map((network) =>
    listed((reinitLevels(network, scale) ?? []).map((level) => `${level * roundsInOne[network]}`)),
  );
  return `${rounds} rounds${mergedInWords(merging, networks)}, re-initialised after ${[...new Set(after)].join(' or ')} of them`;
}

function mergedInWords(merging: readonly ConvolutionNetwork[], networks: readonly ConvolutionNetwork[]): string {
  if (merging.length === 0) return '';
  return merging.length === networks.length
    ? ', three in one'
    : ` (of ${listed(merging.map(capitalised))} three in one)`;
}
