import { extname, resolve } from 'node:path';
import { randomStream, UserError } from '@winnow/arithmetic';
import {
  type Criterion,
  type CriterionSource,
  criterionOf,
  type Group,
  type Search,
  scoreFor,
  type Weight,
} from '@winnow/tickets';

/** What a criterion's file may export. */
interface Exports {
  readonly score?: unknown;
  readonly prepare?: unknown;
  readonly region?: unknown;
}

/**
 * Runs the source of a criterion, TypeScript or JavaScript, and tries what it exports on two weights: `score`, or `prepare` for
 * one that must see all weights first, and for figures `region`. A name needs no running.
 *
 * @throws UserError if it cannot be run, imports anything, exports no such function, or gives no finite score
 */
export async function loadCriterion(setting: string | CriterionSource): Promise<Criterion> {
  if (typeof setting === 'string') return criterionOf(setting);
  const { name, file } = setting;
  const { score, prepare, region } = await run(setting);
  if (region !== undefined && region !== null && typeof region !== 'function') {
    throw new UserError(
      `${file} exports a region that is no function: \`export const region = ({ initial, final }, threshold) => …\`.`,
    );
  }
  const regional = region === undefined ? {} : { region: region as Criterion['region'] & {} };
  const criterion: Criterion | null =
    typeof score === 'function'
      ? { name, ...regional, score: score as (weight: Weight) => number }
      : typeof prepare === 'function'
        ? { name, ...regional, prepare: prepare as (group: Group) => (weight: Weight) => number }
        : null;
  if (criterion === null) {
    throw new UserError(
      `${file} exports no function named score. Write \`export const score = ({ initial, final }) => …\`.`,
    );
  }
  tryOut(criterion, file);
  return criterion;
}

/** The same search with its criterion ready to score. @throws UserError as `loadCriterion` */
export async function withCriterion(search: Search): Promise<Search> {
  const { pruning } = search;
  if (typeof pruning.criterion === 'string' || !('source' in pruning.criterion)) return search;
  return { ...search, pruning: { ...pruning, criterion: await loadCriterion(pruning.criterion) } };
}

async function run({ file, source }: CriterionSource): Promise<Exports> {
  // Loaded here, so that whoever has no such file need not wait for it.
  const { createJiti } = await import('jiti');
  const jiti = createJiti(import.meta.url, { moduleCache: false, fsCache: false, interopDefault: false });
  const filename = resolve(file);
  const ext = extname(file);
  try {
    const javascript = jiti.transform({ source, filename, ts: ext.endsWith('ts'), async: true });
    const imported = /\b(?:jitiImport|require)\s*\(\s*["'`]([^"'`]*)/.exec(javascript);
    if (imported !== null) {
      throw new UserError(
        `${file} imports "${imported[1]}", but only the file itself decides the names of results. Write all of the criterion in it (\`import type\` may stay).`,
      );
    }
    return (await jiti.evalModule(source, { filename, ext, async: true })) as Exports;
  } catch (error) {
    if (error instanceof UserError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`${file} cannot be run: ${reason.split('\n')[0].trim()}.`);
  }
}

/** What fails at once had better fail before hours of training. */
function tryOut(criterion: Criterion, file: string): void {
  const initial = Float32Array.of(0.25, -0.5);
  const final = Float32Array.of(-0.125, -0.75);
  const gradient = Float32Array.of(0.0625, -0.03125);
  const streams = [randomStream({ kind: 'random-order', seed: 0, trial: 0, level: 1, layer: 0 })];
  const group: Group = { initial, final, gradient: () => gradient, keep: 1, streams };
  let scores: readonly unknown[];
  try {
    const score = scoreFor(criterion, group);
    scores = Array.from(initial, (_, position) =>
      score({ initial: initial[position], final: final[position], gradient: gradient[position], layer: 0, position }),
    );
  } catch (error) {
    throw new UserError(
      `The criterion in ${file} fails for a weight that was 0.25 and became -0.125: ${error instanceof Error ? error.message : error}.`,
    );
  }
  const wrong = scores.findIndex((score) => !Number.isFinite(score));
  if (wrong < 0) return;
  throw new UserError(
    `The criterion in ${file} gives ${String(scores[wrong])} for a weight that was ${initial[wrong]} and became ${final[wrong]}, but only finite numbers can be ranked.`,
  );
}
