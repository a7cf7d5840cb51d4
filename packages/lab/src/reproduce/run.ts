import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { normaliseExperiment } from '../experiment/normalise.js';
import type { LabEvent } from '../run/events.js';
import { type RunOptions, runExperiment } from '../run/run-experiment.js';
import { runSupermask, type SupermaskEvent } from '../supermask/run-supermask.js';
import { normaliseSupermask } from '../supermask/supermask-experiment.js';
import { availableIn, finishedIn } from './available.js';
import type { Needed, Reproduction, Scale } from './reproduction.js';
import { requireNetworks } from './reproductions.js';
import { type ReproductionResult, writeReproduction } from './write.js';

/** What happens while figures are made. */
export type ReproduceEvent =
  /** A search begins; `at` counts from 1. */
  | { readonly kind: 'search'; readonly name: string; readonly at: number; readonly of: number }
  | { readonly kind: 'find'; readonly event: LabEvent }
  | { readonly kind: 'supermask'; readonly event: SupermaskEvent }
  | { readonly kind: 'concluded'; readonly result: ReproductionResult };

export interface ReproduceOptions extends Pick<RunOptions, 'workers' | 'threads' | 'choice' | 'signal'> {
  /** A folder for searches and figures, made if need be. Searches of another scale need another folder. */
  readonly out: string;
  readonly scale: Scale;
  /** Trains nothing, and concludes from what is there. */
  readonly onlyFinished?: boolean;
  /** The line that repeats the reproduction of a name. */
  readonly commandOf: (name: string) => string;
  readonly onEvent?: (event: ReproduceEvent) => void;
}

/**
 * Makes figures and tables again: trains what they need and is not finished, each search once, then draws and judges them one by
 * one. Stopped at any moment, the same call continues.
 *
 * @throws UserError for what the user can mend; RunError if a training fails or the disk is full; the signal's reason if it aborts
 */
export async function reproduce(
  list: readonly Reproduction[],
  options: ReproduceOptions,
): Promise<readonly ReproductionResult[]> {
  const { scale, out, onlyFinished = false, onEvent = () => {} } = options;
  for (const one of list) requireNetworks(one, scale);
  const searches = new Map(list.flatMap(({ needs }) => needs(scale)).map((one) => [one.name, one]));
  const done = new Set<string>();
  const results: ReproductionResult[] = [];
  for (const reproduction of list) {
    const needed = reproduction.needs(scale);
    for (const one of needed) {
      if (done.has(one.name) || onlyFinished) continue;
      done.add(one.name);
      onEvent({ kind: 'search', name: one.name, at: done.size, of: searches.size });
      await search(one, reproduction, options);
    }
    options.signal?.throwIfAborted();
    const available = availableIn(out, scale, needed);
    const result = await writeReproduction(reproduction, await reproduction.conclude(available), {
      out,
      scale,
      command: options.commandOf(reproduction.name),
      ...(await finishedIn(available, needed)),
    });
    onEvent({ kind: 'concluded', result });
    results.push(result);
  }
  return results;
}

async function search(one: Needed, { name }: Reproduction, options: ReproduceOptions): Promise<void> {
  const { out, workers, threads, choice, signal, commandOf, onEvent = () => {} } = options;
  const path = join(out, one.name);
  const how = {
    ...(workers !== undefined && { workers }),
    ...(choice !== undefined && { choice }),
    ...(signal !== undefined && { signal }),
  };
  if (one.kind === 'supermask') {
    await runSupermask(normaliseSupermask(one.input), {
      ...how,
      out: path,
      command: commandOf(name),
      onEvent: (event) => onEvent({ kind: 'supermask', event }),
    });
    return;
  }
  await runExperiment(normaliseExperiment(one.input), {
    ...how,
    ...(threads !== undefined && { threads }),
    out: path,
    shareFrom: await siblings(out, one.name),
    onEvent: (event) => onEvent({ kind: 'find', event }),
  });
}

/** The other folders beside a search, whose trainings it may share. */
async function siblings(out: string, name: string): Promise<readonly string[]> {
  const entries = await readdir(out, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory() && entry.name !== name).map((entry) => join(out, entry.name));
}
