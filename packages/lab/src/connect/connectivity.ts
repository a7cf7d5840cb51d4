import { accuracyPercent } from '../report/format.js';

/** One place on the line between two trained networks: 0 is the first, 1 the second. */
export interface LinePoint {
  readonly at: number;
  readonly testLoss: number;
  /** Between 0 and 1. */
  readonly testAccuracy: number;
}

/** Two trainings from one network at iteration `from`, with different orders of the data. */
export interface Connection {
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
  readonly connections: readonly Connection[];
}

/** Up to this barrier two networks count as connected: 2 % of test error (Frankle et al. 2020, §3). */
export const STABLE_BARRIER = 0.02;

/** The barrier of a line whose first and last points are its ends. */
export function barrierOf(line: readonly LinePoint[]): number {
  const errors = line.map(({ testAccuracy }) => 1 - testAccuracy);
  return Math.max(...errors) - (errors[0] + errors[errors.length - 1]) / 2;
}

/** What was found, in a sentence: the first iteration from which on nothing rises any more. */
export function connectSentence({ connections }: Pick<ConnectSummary, 'connections'>): string {
  const isStable = ({ barrier }: Connection) => barrier < STABLE_BARRIER;
  const stable = connections.find((_, i) => connections.slice(i).every(isStable));
  const last = connections[connections.length - 1];
  return stable === undefined
    ? `Not linearly connected: from iteration ${last.from} on, the error barrier is ${accuracyPercent(last.barrier)}, and 2 % is the bound.`
    : `Linearly connected from iteration ${stable.from}: there the error barrier is ${accuracyPercent(stable.barrier)}, below 2 %.`;
}

export function connectTable({ connections }: ConnectSummary): string {
  const rows = connections.map(({ from, barrier, line }) => {
    const ends = [line[0], line[line.length - 1]].map(({ testAccuracy }) => accuracyPercent(testAccuracy));
    const worst = Math.min(...line.map(({ testAccuracy }) => testAccuracy));
    return `| ${from} | ${accuracyPercent(barrier)} | ${ends[0]} | ${ends[1]} | ${accuracyPercent(worst)} |`;
  });
  return [
    '| from iteration | error barrier | test accuracy, one end | the other | least on the line |',
    '| ---: | ---: | ---: | ---: | ---: |',
    ...rows,
  ].join('\n');
}

export function connectReport(summary: ConnectSummary): string {
  const { network, data, seed, iterations } = summary;
  return `# Linear mode connectivity: ${network} on ${data}

${connectSentence(summary)}

${connectTable(summary)}

From the values of one training at an iteration, two copies are trained to iteration ${iterations} with different orders of the data, their optimizers started anew.
The barrier is the largest test error on the line between the two, less the mean of that at its ends (Frankle, Dziugaite, Roy & Carbin 2020,
§2); below 2 % they call a network stable. Seed ${seed}.

![Test error along the lines](connect.svg)
`;
}
