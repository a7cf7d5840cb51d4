import { join } from 'node:path';
import { countOnes, UserError } from '@winnow/arithmetic';
import {
  type Backend,
  type BackendChoice,
  type LaidOutData,
  loadBackend,
  type Masks,
  maskedParameters,
  type SavedRun,
  type SupermaskResult,
} from '@winnow/engine';
import { prepareExperiment } from '../plan/prepare.js';
import { defaultWorkers } from '../plan/run-plan.js';
import { idleThreads } from '../plan/threads.js';
import type { LabEvent } from '../run/events.js';
import { runToEnd } from '../run/run-experiment.js';
import { type FoundMasks, findHeuristic, valuesOf } from './find-heuristic.js';
import { openSupermaskFolder, type SupermaskFolder } from './folder.js';
import { judgedMasks } from './judged-masks.js';
import { SUPERMASK_FIGURE, supermaskReport } from './report.js';
import { ruleOf, type SupermaskExperiment, supermaskSettings } from './supermask-experiment.js';
import { type SupermaskSummary, type SupermaskTrial, summariseSupermask } from './supermask-result.js';
import { type SupermaskThread, trainInWorker } from './train-in-worker.js';

/** What happens in a search for supermasks. */
export type SupermaskEvent =
  /** While the dense networks of heuristic masks are trained. */
  | { readonly kind: 'dense'; readonly event: LabEvent }
  | { readonly kind: 'progress'; readonly trial: number; readonly iteration: number; readonly iterations: number }
  /** So many heuristic masks were judged by now. */
  | { readonly kind: 'judged'; readonly trial: number; readonly masks: number }
  | { readonly kind: 'trial-finished'; readonly trial: SupermaskTrial; readonly reused: boolean };

/** How a search is run; nothing here changes a bit of its results. */
export interface SupermaskRunOptions {
  /** The run folder: made if need be, continued if it is there. */
  readonly out: string;
  readonly workers?: number;
  readonly checkpointEverySeconds?: number;
  readonly choice?: BackendChoice;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: SupermaskEvent) => void;
  /** The one line that repeats the search, for the report. */
  readonly command: string;
}

const CHECKPOINT_SECONDS = 30;
const PROGRESS_MILLISECONDS = 500;

interface Place {
  readonly experiment: SupermaskExperiment;
  readonly options: SupermaskRunOptions;
  readonly backend: Backend;
  readonly data: LaidOutData;
  readonly folder: SupermaskFolder;
}

/**
 * Finds supermasks: masks under which a network works although none of its weights is trained (Zhou et al. 2019, §4–5; edge-popup: Ramanujan et
 * al. 2020). Finished trials are used again, interrupted ones go on. Writes results, masks and a report into the folder.
 *
 *     const learned = normaliseSupermask({ kind: 'learned', network: 'conv-2', data: 'cifar-10', trials: 3 });
 *     const { density, deterministicTestAccuracy } = await runSupermask(learned, { out: 'runs/mask', command: 'node masks.js' });
 *
 * @returns the trial of the best validation accuracy, and all of them; accuracies between 0 and 1
 * @throws UserError for what the user can mend; RunError if a training fails or the disk is full; the signal's reason if it aborts
 */
export async function runSupermask(
  experiment: SupermaskExperiment,
  options: SupermaskRunOptions,
): Promise<SupermaskSummary> {
  const { signal, onEvent = () => {}, workers } = options;
  if (workers !== undefined && !(Number.isInteger(workers) && workers >= 1)) {
    throw new UserError(`workers must be a whole number from 1 on, not ${workers}.`);
  }
  signal?.throwIfAborted();
  const { base, kind } = experiment;
  const backend = await loadBackend(options.choice);
  const { description, data } = await prepareExperiment(base);
  const settings = supermaskSettings(experiment, description);
  const source = typeof base.data === 'string' ? base.data : base.data.name;
  const about = { source, network: base.network.name, trials: base.trials, command: options.command };
  const folder = await openSupermaskFolder(options.out, base.network, settings, about);
  try {
    const place: Place = { experiment, options, backend, data, folder };
    const trials: SupermaskTrial[] = [];
    for (let trial = 0; trial < base.trials; trial++) {
      const found = await folder.find(trial);
      if (found === null) continue;
      trials.push(found);
      onEvent({ kind: 'trial-finished', trial: found, reused: true });
    }
    const missing = Array.from({ length: base.trials }, (_, trial) => trial).filter(
      (trial) => !trials.some((found) => found.trial === trial),
    );
    const keep = async (found: FoundMasks): Promise<void> => {
      const { network } = base;
      const rescale = kind !== 'heuristic' && experiment.rescale;
      const parameters = maskedParameters(network, found.masks, valuesOf(experiment, found.trial.trial), rescale);
      await folder.put({ ...found, parameters });
      trials.push(found.trial);
      onEvent({ kind: 'trial-finished', trial: found.trial, reused: false });
    };
    if (missing.length > 0) await (kind === 'heuristic' ? heuristic : learned)(place, missing, keep);
    trials.sort((a, b) => a.trial - b.trial);
    const of = { run: folder.path, kind, network: base.network.name, data: description.name, seed: base.seed };
    const summary = summariseSupermask(of, trials);
    await folder.write('results.json', `${JSON.stringify(summary, null, 2)}\n`);
    // What draws is loaded here, so that other commands need not wait for it.
    const { supermaskFigure } = await import('./figure.js');
    const figure = supermaskFigure(experiment, trials, 'wide');
    if (figure !== null) await folder.write(SUPERMASK_FIGURE, figure);
    await folder.write('report.md', supermaskReport(experiment, summary, trials, options.command, figure !== null));
    return summary;
  } finally {
    await folder.close();
  }
}

type Keep = (found: FoundMasks) => Promise<void>;

/** Trains the dense networks as a run of its own in the folder, then looks for masks in them. */
async function heuristic(place: Place, missing: readonly number[], keep: Keep): Promise<void> {
  const { experiment, options, backend, data, folder } = place;
  const { workers, checkpointEverySeconds, choice, signal, onEvent = () => {} } = options;
  const threads = idleThreads(backend);
  const seconds = checkpointEverySeconds ?? CHECKPOINT_SECONDS;
  const { cells, store } = await runToEnd(experiment.base, {
    out: join(folder.path, 'dense'),
    ...(workers !== undefined && { workers }),
    ...(checkpointEverySeconds !== undefined && { checkpointEverySeconds }),
    ...(choice !== undefined && { choice }),
    ...(signal !== undefined && { signal }),
    onEvent: (event) => onEvent({ kind: 'dense', event }),
  });
  for (const trial of missing) {
    const cell = cells.find(({ plan }) => plan.trial === trial);
    if (cell === undefined) throw new Error(`trial ${trial} has no dense network`);
    const onJudged = (masks: number) => onEvent({ kind: 'judged', trial, masks });
    const trained = await store.trained(cell.plan);
    const judged = await judgedMasks(folder, trial, seconds);
    try {
      const at = { backend, threads, data, signal, judged, onJudged };
      await keep(await findHeuristic(experiment, trial, trained, at));
    } catch (error) {
      await judged.save();
      throw error;
    }
  }
}

/** Trains scores, as many trials at the same time as there are workers. */
async function learned(place: Place, missing: readonly number[], keep: Keep): Promise<void> {
  const { experiment, options, backend } = place;
  const { signal, onEvent = () => {}, workers = defaultWorkers() } = options;
  const atOnce = Math.min(workers, missing.length);
  const threads = idleThreads(backend, atOnce);
  const { iterations } = experiment.base.recipe;
  const running = new Map<number, SupermaskThread>();
  const stop = () => {
    for (const thread of running.values()) thread.stop();
  };
  const waiting = [...missing];
  let failed = false;
  async function work(): Promise<void> {
    for (let trial = waiting.shift(); trial !== undefined; trial = waiting.shift()) {
      if (failed || signal?.aborted === true) return;
      try {
        const found = await trainTrial(place, trial, threads, running);
        if (found !== null) await keep(found);
      } catch (error) {
        failed = true;
        stop();
        throw error;
      }
    }
  }
  signal?.addEventListener('abort', stop, { once: true });
  const ticker = setInterval(() => {
    for (const [trial, { iteration }] of running)
      onEvent({ kind: 'progress', trial, iteration: iteration(), iterations });
  }, PROGRESS_MILLISECONDS);
  try {
    const ended = await Promise.allSettled(Array.from({ length: atOnce }, work));
    for (const end of ended) if (end.status === 'rejected') throw end.reason;
  } finally {
    clearInterval(ticker);
    signal?.removeEventListener('abort', stop);
  }
  signal?.throwIfAborted();
}

/** @returns null if it was asked to stop; then it has left a checkpoint */
async function trainTrial(
  place: Place,
  trial: number,
  threads: number,
  running: Map<number, SupermaskThread>,
): Promise<FoundMasks | null> {
  const { experiment, options, backend, data, folder } = place;
  const { network, recipe, seed } = experiment.base;
  const { name, isa } = backend;
  let writing = Promise.resolve();
  const keepCheckpoint = (saved: SavedRun) => {
    writing = writing.then(() => folder.putCheckpoint(trial, saved));
    writing.catch(() => running.get(trial)?.stop()); // and thrown below
  };
  const values = valuesOf(experiment, trial);
  const saved = await folder.checkpoint(trial);
  const thread = trainInWorker(
    {
      options: {
        ...{ threads, network, values, rule: ruleOf(experiment), rescale: experiment.rescale },
        ...{ recipe, data, seed, trial },
      },
      backend: { name, isa },
      checkpointEverySeconds: options.checkpointEverySeconds ?? CHECKPOINT_SECONDS,
      saved,
    },
    keepCheckpoint,
  );
  running.set(trial, thread);
  try {
    const outcome = await thread.outcome;
    if (outcome.kind === 'stopped') keepCheckpoint(outcome.saved);
    await writing;
    return outcome.kind === 'stopped' ? null : { masks: outcome.result.masks, trial: trialOf(trial, outcome.result) };
  } finally {
    running.delete(trial);
  }
}

function trialOf(trial: number, result: SupermaskResult): SupermaskTrial {
  const { masks, density, sampled, deterministic, rows, digest, microsecondsPerStep } = result;
  return {
    trial,
    density,
    weights: onesOf(masks),
    layerDensities: masks.map((mask) => countOnes(mask) / mask.length),
    validationAccuracy: sampled.validationAccuracy,
    testAccuracy: sampled.testAccuracy,
    deterministicValidationAccuracy: deterministic.validationAccuracy,
    deterministicTestAccuracy: deterministic.testAccuracy,
    sweep: [],
    denseTestAccuracy: null,
    rows,
    digest,
    microsecondsPerStep,
    seconds: result.trainingSeconds + result.evaluationSeconds,
  };
}

const onesOf = (masks: Masks): number => masks.reduce((sum, mask) => sum + countOnes(mask), 0);
