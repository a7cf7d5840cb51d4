import { backendChoiceFromEnvironment } from '@winnow/engine';
import { type EstimatedCell, type Experiment, planExperiment, type RunPlan } from '@winnow/lab';
import type { RunningFlags } from '../options/running.js';
import { bytes, count, duration, percent } from '../view/format.js';
import { workersText } from '../view/opening.js';
import { type Column, tableLines } from '../view/table.js';
import { withoutCompiler } from './run-shown.js';

/** Shows what a run would do and take, and makes nothing. @throws UserError as `planExperiment` */
export async function showPlan(experiment: Experiment, out: string, flags: RunningFlags): Promise<void> {
  const { workers, threads, json = false } = flags;
  const choice = backendChoiceFromEnvironment(process.env);
  const plan = await planExperiment(experiment, {
    choice,
    ...(workers !== undefined && { workers }),
    ...(threads !== undefined && { threads }),
  });
  if (json) {
    console.log(JSON.stringify(planJson(plan, out)));
    return;
  }
  for (const line of tableLines(columns, rowsOf(plan.cells))) console.log(line);
  console.log(
    `\n${count(plan.cells.length)} trainings, about ${duration(plan.seconds)} with ${workersText(plan)} ` +
      `on ${plan.isa === null ? plan.backend : `${plan.backend} (${plan.isa})`}, ` +
      `${bytes(plan.diskBytes)} in ${out}, ${bytes(plan.memoryBytes)} of memory.`,
  );
  if (plan.backend === 'wasm' && choice.backend === undefined) console.log(withoutCompiler(plan.seconds));
}

const columns: readonly Column[] = [
  { title: 'level', align: 'right' },
  { title: 'kind', align: 'left' },
  { title: 'trainings', align: 'right' },
  { title: 'density', align: 'right' },
  { title: 'weights', align: 'right' },
  { title: 'time each', align: 'right' },
  { title: 'bytes', align: 'right' },
];

/** One row for each level and kind. */
function rowsOf(cells: readonly EstimatedCell[]): readonly (readonly string[])[] {
  const names = [...new Set(cells.map(({ level, kind }) => `${level} ${kind}`))];
  return names
    .map((name) => cells.filter(({ level, kind }) => `${level} ${kind}` === name))
    .sort(([a], [b]) => a.level - b.level)
    .map((group) => {
      const [{ level, kind, density, weights, seconds }] = group;
      const size = group.reduce((sum, cell) => sum + cell.bytes, 0);
      return [
        String(level),
        kind,
        String(group.length),
        percent(density),
        count(weights),
        duration(seconds),
        bytes(size),
      ];
    });
}

function planJson({ backend, isa, workers, threads, cells, seconds, diskBytes, memoryBytes }: RunPlan, out: string) {
  return {
    run: out,
    backend,
    isa,
    workers,
    threads,
    seconds,
    diskBytes,
    memoryBytes,
    cells: cells.map(({ trial, level, kind, replicate, density, weights, seconds, bytes }) => {
      return { trial, level, kind, replicate, density, weights, seconds, bytes };
    }),
  };
}
