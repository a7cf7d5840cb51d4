import { join } from 'node:path';
import { UserError } from '@winnow/arithmetic';
import { type DataSet, loadDataSet } from '@winnow/data';
import { type BackendChoice, changingData, dataOrder, loadBackend, type Network, type Teacher } from '@winnow/engine';
import { judgeOf, litInputs, type PackedFrom } from '@winnow/formats';
import { idleThreads } from '../plan/threads.js';
import type { LabEvent } from '../run/events.js';
import { type FinishedRun, runToEnd } from '../run/run-experiment.js';
import { readSupermask } from '../supermask/read-supermask.js';
import { runSupermask, type SupermaskEvent } from '../supermask/run-supermask.js';
import { normaliseSupermask, type SupermaskExperiment } from '../supermask/supermask-experiment.js';
import { bytesByAccuracy } from './bytes-by-accuracy.js';
import { makeFiles, type Source, type Workshop } from './make-files.js';
import { shrinkPage } from './page.js';
import type { ShrinkExperiment } from './shrink-experiment.js';
import { openShrinkFolder, type ShrinkFolder } from './shrink-folder.js';
import { type ShrinkFile, type ShrinkSummary, smallestFile } from './shrink-result.js';
import type { Bench } from './tune.js';

/** What happens in a search for the smallest file. */
export type ShrinkEvent =
  | { readonly kind: 'search'; readonly event: LabEvent }
  | { readonly kind: 'supermask'; readonly pressure: number; readonly event: SupermaskEvent }
  /** While a file is made: the share that is done. */
  | { readonly kind: 'progress'; readonly name: string; readonly share: number }
  | { readonly kind: 'file'; readonly file: ShrinkFile; readonly reused: boolean };

/** How a search is run. Only the budget decides anything: how many files there are to choose from. */
export interface ShrinkRunOptions {
  /** The folder: made if need be, continued if it is there. */
  readonly out: string;
  /** Minutes after which no file and no supermask is begun that is not there yet; none by default. */
  readonly budgetMinutes?: number;
  readonly workers?: number;
  readonly choice?: BackendChoice;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: ShrinkEvent) => void;
  /** The one line that repeats the search, for its page. */
  readonly command: string;
}

/** Rate of scores: half the usual one, at which pressed masks end denser and no better. */
const SCORE_RATE = 0.05;

/**
 * Makes many files of a network, from tickets and from supermasks, and says which is the smallest that keeps the floor on validation data.
 * Writes them, a plot and a page into the folder. Finished work is used again.
 *
 * @throws UserError for what the user can mend; RunError if a training fails or the disk is full; the signal's reason if it aborts
 */
export async function runShrink(experiment: ShrinkExperiment, options: ShrinkRunOptions): Promise<ShrinkSummary> {
  const { budgetMinutes, onEvent = () => {} } = options;
  const ends = performance.now() + (budgetMinutes ?? Number.POSITIVE_INFINITY) * 60_000;
  let stoppedEarly = false;
  const isLate = (): boolean => {
    const late = performance.now() >= ends;
    stoppedEarly ||= late;
    return late;
  };
  const { base } = experiment;
  const set = typeof base.data === 'string' ? await loadDataSet(base.data) : base.data;
  const folder = await openShrinkFolder(options.out, {
    ...{ network: base.network.name, data: set.name, seed: base.seed },
  });
  try {
    const found = await runToEnd(base, {
      ...running(options),
      out: join(folder.path, 'search'),
      onEvent: (event) => onEvent({ kind: 'search', event }),
    });
    const bench = await benchOf(experiment, found, options);
    const files: ShrinkFile[] = [];
    const shop: Workshop = {
      ...{ experiment, bench, folder, files, isLate },
      judge: judgeOf(bench, set.test.count),
      lit: litInputs(set),
      onFile: (file, reused) => onEvent({ kind: 'file', file, reused }),
      onProgress: (name, share) => onEvent({ kind: 'progress', name, share }),
    };
    // From sparse to dense: what is larger than the smallest so far need not be made.
    const levels = found.cells
      .filter(({ plan }) => plan.level > 0 && plan.density <= experiment.densest)
      .sort((a, b) => b.plan.level - a.plan.level);
    for (const { plan } of levels) {
      const { masks, parameters } = await found.store.trained(plan);
      const name = `level-${String(plan.level).padStart(2, '0')}`;
      const settings = { cell: plan.hash };
      await makeFiles(shop, {
        name,
        masks,
        parameters,
        from: fromOf(experiment, set, found),
        constants: null,
        settings,
      });
    }
    for (const pressure of [...experiment.pressures].reverse()) {
      const source = await supermaskSource(experiment, pressure, set, found, folder, options, isLate);
      if (source !== null) await makeFiles(shop, source);
    }
    return await conclude(experiment, found, files, folder, stoppedEarly, options.command);
  } finally {
    await folder.close();
  }
}

const running = ({ workers, choice, signal }: ShrinkRunOptions) => ({
  ...(workers !== undefined && { workers }),
  ...(choice !== undefined && { choice }),
  ...(signal !== undefined && { signal }),
});

async function benchOf(experiment: ShrinkExperiment, found: FinishedRun, options: ShrinkRunOptions): Promise<Bench> {
  const { base, shift, distil } = experiment;
  const { network, seed } = base;
  const backend = await loadBackend(options.choice);
  const { data, description } = found.prepared;
  const [channels, height, width] = description.shape;
  let teacher: Teacher | null = null;
  if (distil !== null) {
    const best = found.cells.reduce((a, b) =>
      b.record.final.validationAccuracy > a.record.final.validationAccuracy ? b : a,
    );
    const { masks, parameters } = await found.store.trained(best.plan);
    teacher = { backend, network, masks, parameters, temperature: distil };
  }
  const changes = shift > 0 || teacher !== null;
  const of = { seed, trial: 0 };
  return {
    ...{ backend, threads: idleThreads(backend), network, data, seed, signal: options.signal },
    order: dataOrder({ ...of, count: data.train.count }),
    changing: changes ? changingData(data, { channels, height, width }, { shift, teacher }, of) : null,
  };
}

function fromOf({ base }: ShrinkExperiment, set: DataSet, { prepared }: FinishedRun): PackedFrom {
  const [channels, height, width] = set.shape;
  const { scale, channels: scalings } = prepared.description;
  return {
    picture: { channels, height, width },
    scale,
    ...(scalings && { channels: scalings }),
    data: { name: typeof base.data === 'string' ? base.data : set.name, digest: set.digest },
    start: { initialisation: base.recipe.initialisation, seed: base.seed, trial: 0, draw: { kind: 'initial' } },
  };
}

/** A trained supermask; null if it is too late to begin one. */
async function supermaskSource(
  experiment: ShrinkExperiment,
  pressure: number,
  set: DataSet,
  found: FinishedRun,
  folder: ShrinkFolder,
  options: ShrinkRunOptions,
  isLate: () => boolean,
): Promise<Source | null> {
  const out = join(folder.path, `masks-${pressure}`);
  const isThere = await readSupermask(out).then(
    () => true,
    () => false,
  );
  if (!isThere && isLate()) return null;
  const supermask = supermaskOf(experiment, pressure, set);
  await runSupermask(supermask, {
    ...running(options),
    out,
    command: options.command,
    onEvent: (event) => options.onEvent?.({ kind: 'supermask', pressure, event }),
  });
  const { masks, parameters, constants, factors, trial } = await readSupermask(out);
  return {
    ...{ name: `supermask-${pressure}`, masks, parameters, constants: { constants, factors } },
    from: fromOf(experiment, set, found),
    settings: { supermask: trial.digest, pressure, seed: experiment.base.seed, data: set.digest },
  };
}

function supermaskOf(
  { base, supermaskIterations }: ShrinkExperiment,
  pressure: number,
  set: DataSet,
): SupermaskExperiment {
  const { network, split, seed, recipe } = base;
  const evaluateEvery = Math.min(1000, supermaskIterations);
  const { initialisation } = recipe;
  return normaliseSupermask({
    ...{ network, split, seed, pressure, data: typeof base.data === 'string' ? base.data : set },
    recipe: {
      iterations: supermaskIterations,
      evaluateEvery,
      initialisation,
      optimizer: { name: 'adam', rate: SCORE_RATE },
    },
  });
}

async function conclude(
  experiment: ShrinkExperiment,
  { prepared }: FinishedRun,
  made: readonly ShrinkFile[],
  folder: ShrinkFolder,
  stoppedEarly: boolean,
  command: string,
): Promise<ShrinkSummary> {
  const { base, floor } = experiment;
  const network: Network = base.network;
  const files = [...made].sort((a, b) => a.bytes - b.bytes || (a.name < b.name ? -1 : 1));
  const summary: ShrinkSummary = {
    ...{
      run: folder.path,
      network: network.name,
      data: prepared.description.name,
      seed: base.seed,
      floor,
    },
    ...{ smallest: smallestFile(files, floor), files, stoppedEarly },
  };
  await folder.write('results.json', `${JSON.stringify(summary, null, 2)}\n`);
  const figure = bytesByAccuracy([{ label: null, files }], [], floor, 'wide');
  if (figure !== null) await folder.write('bytes-by-accuracy.svg', figure);
  await folder.write('report.html', shrinkPage(summary, command));
  return summary;
}

/** The ticket of a file that was made. @throws UserError if the summary has none */
export function ticketOf({ run, smallest }: ShrinkSummary): string {
  if (smallest === null) throw new UserError('There is no file that keeps the floor.');
  return join(run, 'files', `${smallest.name}.ticket`);
}
