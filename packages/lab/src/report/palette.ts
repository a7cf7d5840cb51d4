import type { ReportKind } from './input.js';

/** Kinds as figures and tables call them. */
export const kindNames: Readonly<Record<ReportKind, string>> = {
  dense: 'dense',
  ticket: 'ticket',
  'one-shot': 'one-shot',
  continued: 'continued',
  snip: 'SNIP',
  grasp: 'GraSP',
  synflow: 'SynFlow',
  erk: 'ERK',
  uniform: 'uniform',
  reinit: 're-initialised',
  random: 'random mask',
  shuffle: 'shuffled mask',
  invert: 'inverted scores',
};

/**
 * A colour that has a form for light and for dark paper. All inks of a figure keep a contrast of 3 with their paper and
 * can be told apart by people who lack one of the three cones (see the test): found by a search for the set whose
 * nearest pair is farthest apart.
 */
export interface Ink {
  /** Its class in the figures is `ink-` and this name: a page on dark paper recolours by it. */
  readonly name: string;
  readonly light: string;
  readonly dark: string;
}

/** Told apart by colour, by symbol and by dashes. */
export interface Look {
  readonly ink: Ink;
  readonly symbol: 'circle' | 'square' | 'triangle' | 'diamond' | 'star';
  /** As in SVG's stroke-dasharray. */
  readonly dash: string;
}

const dense: Ink = { name: 'dense', light: '#828383', dark: '#8d8b86' };

const inks = {
  ticket: { name: 'ticket', light: '#385ca6', dark: '#608df3' },
  'one-shot': { name: 'one-shot', light: '#73165a', dark: '#f198dd' },
  continued: { name: 'continued', light: '#b97902', dark: '#edf01c' },
  reinit: { name: 'reinit', light: '#ae311c', dark: '#eb703e' },
  random: { name: 'random', light: '#00a65f', dark: '#87ffba' },
} as const satisfies Readonly<Record<string, Ink>>;

/** How each kind is drawn in every figure. */
export const kindLooks: Readonly<Record<ReportKind, Look>> = {
  dense: { ink: dense, symbol: 'star', dash: '2 3' },
  ticket: { ink: inks.ticket, symbol: 'circle', dash: 'none' },
  'one-shot': { ink: inks['one-shot'], symbol: 'diamond', dash: '9 3' },
  continued: { ink: inks.continued, symbol: 'star', dash: '9 3 2 3' },
  reinit: { ink: inks.reinit, symbol: 'square', dash: '6 3' },
  random: { ink: inks.random, symbol: 'triangle', dash: '2 3' },
  // No more inks can be told apart by everybody: these share theirs, with symbols and dashes of their own.
  snip: { ink: inks['one-shot'], symbol: 'triangle', dash: '4 2' },
  grasp: { ink: inks.continued, symbol: 'diamond', dash: '1 3' },
  synflow: { ink: inks.ticket, symbol: 'square', dash: '8 2 2 2' },
  erk: { ink: inks.random, symbol: 'diamond', dash: '9 3' },
  uniform: { ink: inks.random, symbol: 'circle', dash: '4 4' },
  shuffle: { ink: inks.reinit, symbol: 'triangle', dash: '1 2' },
  invert: { ink: inks.reinit, symbol: 'star', dash: '9 3 2 3' },
};

/** Inks for networks of falling density: from dark and cold to light and warm on white paper. */
const lightSteps = ['#1f215c', '#771eb7', '#b50041', '#db7758', '#ae8a07'];
const darkSteps = ['#2bb0fd', '#ffc6f7', '#f01cbb', '#ea9559', '#cfff26'];

/** The dense network's ink for rank 0; then one for each of `ranks` pruned networks, densest first. */
export function densityInk(rank: number, ranks: number): Ink {
  if (rank === 0) return dense;
  const step = ranks <= 1 ? 1 : Math.round(((rank - 1) * (lightSteps.length - 1)) / (ranks - 1));
  return { name: `density-${step + 1}`, light: lightSteps[step], dark: darkSteps[step] };
}

/** All inks that figures may use. */
export function allInks(): readonly Ink[] {
  const steps = lightSteps.map((_, i) => densityInk(i + 1, lightSteps.length));
  return [...Object.values(kindLooks).map((look) => look.ink), ...steps];
}
