import { backendChoiceFromEnvironment, type Chunking } from '@winnow/engine';
import { type Experiment, type ExplainedLayer, type Explanation, explainExperiment } from '@winnow/lab';
import type { RunningFlags } from '../options/running.js';
import { bytes, count, duration, percent } from '../view/format.js';
import { type Column, tableLines } from '../view/table.js';

/** Shows what the engine does with a network at the last level asked for, and makes nothing. @throws what `explainExperiment` throws */
export async function showExplanation(
  experiment: Experiment,
  { workers, threads, json = false }: RunningFlags,
): Promise<void> {
  const explanation = await explainExperiment(experiment, {
    choice: backendChoiceFromEnvironment(process.env),
    ...(workers !== undefined && { workers }),
    ...(threads !== undefined && { threads }),
  });
  if (json) console.log(JSON.stringify(explanation));
  else for (const line of linesOf(explanation)) console.log(line);
}

const columns: readonly Column[] = [
  { title: 'layer', align: 'left' },
  { title: 'form', align: 'left' },
  { title: 'weights', align: 'right' },
  { title: 'computed', align: 'right' },
  { title: 'columns', align: 'left' },
  { title: 'rows', align: 'left' },
  { title: 'threads', align: 'right' },
  { title: 'bytes', align: 'right' },
  { title: 'multiply-adds', align: 'right' },
  { title: 'time', align: 'right' },
];

function linesOf(explanation: Explanation): readonly string[] {
  const { network, data, level, density, weights, backend, isa, batch, blocks, layers } = explanation;
  const { otherMicroseconds, multiplyAddsPerStep, arenaBytes, microsecondsPerStep, trainingSeconds } = explanation;
  const masks = level === 0 ? '' : ', planned with random masks';
  return [
    `${network} on ${data} at level ${level}: ${count(weights)} weights, ${percent(density)}${masks}.`,
    `A step of ${count(batch)} examples, in ${count(blocks)} ${blocks === 1 ? 'block' : 'blocks'} of 64, on ${isa === null ? backend : `${backend} (${isa})`}:`,
    '',
    ...tableLines(columns, [...layers.map(rowOf), ['batch, loss', ...new Array(8).fill(''), time(otherMicroseconds)]]),
    '',
    `A step: ${count(multiplyAddsPerStep)} multiply-adds, about ${time(microsecondsPerStep)}. ` +
      `A training with its evaluations: about ${duration(trainingSeconds)}, ${bytes(arenaBytes)} of memory beside the examples.`,
  ];
}

function rowOf(layer: ExplainedLayer): readonly string[] {
  const { name, form, weights, stored, live, columnChunks, rowChunks, multiplyAddsPerStep, threads, microseconds } =
    layer;
  return [
    name,
    form,
    form === 'dense' ? count(weights) : `${count(stored)} of ${count(weights)}`,
    count(live),
    cut(columnChunks),
    cut(rowChunks),
    count(threads),
    bytes(layer.bytes),
    count(multiplyAddsPerStep),
    time(microseconds),
  ];
}

/** How columns or rows are cut, so that what they meet stays in the cache. */
const cut = (chunking: Chunking | null): string =>
  chunking === null ? '' : `${count(chunking.chunks)} × ${count(chunking.width)}`;

const time = (microseconds: number): string => `${count(Number(microseconds.toPrecision(3)))} µs`;
