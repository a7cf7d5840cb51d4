import { accuracyText } from '../report/accuracy-text.js';
import { accuracyPercent, densityPercent } from '../report/format.js';

/** One place on the line between two trained networks: 0 is the first, 1 the second. */
export interface LinePoint {
  readonly at: number;
  readonly testLoss: number;
  /** Between 0 and 1. */
  readonly testAccuracy: number;
}

/** Two trainings from one network at iteration `from`, with different orders of the data. */
export interface Connection {
  readonly trial: number;
  readonly from: number;
  readonly line: readonly LinePoint[];
  /** The largest test error on the line, less the mean of that at its ends: the linear interpolation instability of Frankle et al. 2020, §2. */
  readonly barrier: number;
}

export interface ConnectSummary {
  readonly run: string;
  readonly network: string;
  readonly data: string;
  readonly seed: number;
  readonly iterations: number;
  /** The share of the weights that is trained: below 1 under the mask of a ticket. */
  readonly density: number;
  readonly trials: number;
  /** Iteration by iteration, trial by trial. */
  readonly connections: readonly Connection[];
}

/** Up to this barrier two networks count as connected: 2 % of test error (Frankle et al. 2020, §3). */
export const STABLE_BARRIER = 0.02;

/** The barrier of a line whose first and last points are its ends. */
export function barrierOf(line: readonly LinePoint[]): number {
  const errors = line.map(({ testAccuracy }) => 1 - testAccuracy);
  return Math.max(...errors) - (errors[0] + errors[errors.length - 1]) / 2;
}

/** One measure of the connections from an iteration, a value for each trial. */
function overTrials(connections: readonly Connection[], of: (connection: Connection) => number) {
  return [...new Set(connections.map(({ from }) => from))].map((from) => ({
    from,
    trials: connections.filter((connection) => connection.from === from).map(of),
  }));
}

/** What was found, in a sentence: the first iteration from which on nothing rises any more, by means over trials. */
export function connectSentence({ connections }: Pick<ConnectSummary, 'connections'>): string {
  const means = overTrials(connections, ({ barrier }) => barrier).map(({ from, trials }) => ({
    from,
    barrier: trials.reduce((sum, barrier) => sum + barrier, 0) / trials.length,
  }));
  const stable = means.find((_, i) => means.slice(i).every(({ barrier }) => barrier < STABLE_BARRIER));
  const last = means[means.length - 1];
  return stable === undefined
    ? `Not linearly connected: from iteration ${last.from} on, the error barrier is ${accuracyPercent(last.barrier)}, and 2 % is the bound.`
    : `Linearly connected from iteration ${stable.from}: there the error barrier is ${accuracyPercent(stable.barrier)}, below 2 %.`;
}

export function connectTable({ connections }: Pick<ConnectSummary, 'connections'>): string {
  const columns = [
    ({ barrier }: Connection) => barrier,
    ({ line }: Connection) => line[0].testAccuracy,
    ({ line }: Connection) => line[line.length - 1].testAccuracy,
    ({ line }: Connection) => Math.min(...line.map(({ testAccuracy }) => testAccuracy)),
  ].map((of) => overTrials(connections, of));
  const rows = columns[0].map(({ from }, i) => {
    return `| ${[from, ...columns.map((column) => accuracyText(column[i].trials))].join(' | ')} |`;
  });
  return [
    '| from iteration | error barrier | test accuracy, one end | the other | least on the line |',
    '| ---: | ---: | ---: | ---: | ---: |',
    ...rows,
  ].join('\n');
}

export function connectReport(summary: ConnectSummary): string {
  const { network, data, seed, iterations, density, trials } = summary;
  const masked = density < 1 ? ` under the mask of a ticket, ${densityPercent(density)} of the weights` : '';
  return `# Linear mode connectivity: ${network} on ${data}${masked}

${connectSentence(summary)}

${connectTable(summary)}

From the values of one dense training at an iteration${masked === '' ? '' : ', under the mask'}, two copies are trained to iteration ${iterations} with different orders of the data, their optimizers started anew.
The barrier is the largest test error on the line between the two, less the mean of that at its ends (Frankle, Dziugaite, Roy & Carbin 2020,
§2); below 2 % they call a network stable. Seed ${seed}${trials > 1 ? `; means over ${trials} trials, the range in brackets` : ''}.

![Test error along the lines](connect.svg)
`;
}
