import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { criterionPlane } from '../report/figures/criterion-plane.js';
import { layerPlanes, planeOf } from '../run/planes.js';
import { tinyInput } from '../testing/experiments.js';
import { drawn } from './drawn.js';
import { estimateReproductions } from './estimate.js';
import { densityFigures, levelsTable } from './lenet-tickets/tickets.js';
import { accuraciesOf, cellsAt, pointsText } from './measured.js';
import type { Needed, Reproduction } from './reproduction.js';
import { reproductions, reproductionsNamed } from './reproductions.js';
import { type ReproduceEvent, reproduce } from './run.js';
import { supermaskScale } from './supermasks/recipe.js';
import { compareAccuracies, isMore } from './verdict.js';

const scale = { quick: true } as const;
const inWords = () => 'QUICK, scaled down';

/** Two figures in little, which share their dense network and, of the first's search, all. */
const about = { title: 'Tickets', source: 'A paper, Figure 1', shows: 'tickets', differs: 'Smaller.', inWords };
const tickets: Needed = { kind: 'find', name: 'tickets', input: tinyInput({ controls: ['random'] }) };
const asked: readonly Reproduction[] = [
  {
    ...about,
    name: 'one',
    needs: () => [tickets],
    async conclude({ run }) {
      const cells = (await run('tickets'))?.cells ?? [];
      const [ticket, random] = (['ticket', 'random'] as const).map((kind) => accuraciesOf(cellsAt(cells, kind, 2)));
      const comparison = compareAccuracies(ticket, random);
      const verdict = {
        claim: 'Tickets win',
        source: '§1',
        outcome: isMore(comparison),
        numbers: pointsText(comparison),
      };
      return { figures: densityFigures(cells), tables: [levelsTable(cells, false)], verdicts: [verdict] };
    },
  },
  {
    ...about,
    name: 'two',
    needs: () => [tickets, { kind: 'find', name: 'dense', input: tinyInput({ controls: [], pruning: { rounds: 0 } }) }],
    async conclude({ run }) {
      const dense = await run('dense');
      const planes =
        dense === null ? [] : await layerPlanes(dense, { ...dense.experiment.pruning, criterion: 'movement' }, 2);
      const figures = drawn('planes', 'Planes', (layout) =>
        criterionPlane(
          planes.map((plane) => planeOf(plane, 'layer')),
          layout,
          'planes',
        ),
      );
      return { figures, tables: [], verdicts: [] };
    },
  },
];

let out: string;
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'winnow-reproduce-'));
});
afterAll(() => rm(out, { recursive: true }));

const run = async (more: Partial<Parameters<typeof reproduce>[1]> = {}) => {
  const events: ReproduceEvent[] = [];
  const results = await reproduce(asked, {
    scale,
    out,
    workers: 1,
    commandOf: (name) => `npx winnow reproduce ${name} --quick`,
    onEvent: (event) => void events.push(event),
    ...more,
  });
  return { results, events };
};

/** Trainings that were done, not found. */
const trained = (events: readonly ReproduceEvent[]) =>
  events.filter(({ kind, ...rest }) => kind === 'find' && 'event' in rest && rest.event.kind === 'cell-started').length;

describe('reproducing', () => {
  it('from nothing finished leaves every claim open and says so', async () => {
    const { results, events } = await run({ onlyFinished: true, out: join(out, 'nothing') });
    expect(trained(events)).toBe(0);
    expect(results.map(({ finished, planned }) => [finished, planned])).toEqual([
      [0, 5],
      [0, 6],
    ]);
    for (const { verdicts, files } of results) {
      for (const { outcome } of verdicts) expect(outcome).toBe('undecided');
      expect(files.figures).toEqual([]);
      expect(await readFile(files.markdown, 'utf8')).toContain('**Unfinished: made from 0 of');
    }
  });

  it('trains what figures share once, marks them, and again trains nothing and writes the same', {
    timeout: 180_000,
  }, async () => {
    const first = await run();
    // The dense network of the second is that of the first.
    expect(trained(first.events)).toBe(5);
    const [one, two] = first.results;
    expect(one.files.figures.map((path) => path.slice(out.length + 1))).toEqual([
      'one/figures/early-stop-by-density.svg',
      'one/figures/accuracy-by-density.svg',
      'one/figures/early-stop-by-density.png',
      'one/figures/accuracy-by-density.png',
    ]);
    const files = [...one.files.figures.slice(0, 2), one.files.html, one.files.markdown, two.files.html];
    const texts = await Promise.all(files.map((path) => readFile(path, 'utf8')));
    for (const text of texts) expect(text).toContain('QUICK, scaled down');
    expect(texts[3]).toContain('    npx winnow reproduce one --quick\n');
    expect(texts[4].match(/aria-label="contour"/g)?.length).toBe(4);

    const second = await run();
    expect(trained(second.events)).toBe(0);
    expect(await Promise.all(files.map((path) => readFile(path, 'utf8')))).toEqual(texts);
  });

  it('stops when it is asked to, and concludes nothing', async () => {
    const controller = new AbortController();
    const elsewhere = join(out, 'stopped');
    const stopped = run({
      out: elsewhere,
      signal: controller.signal,
      onEvent: (event) => event.kind === 'search' && controller.abort(new Error('enough')),
    });
    await expect(stopped).rejects.toThrow('enough');
    await expect(access(join(elsewhere, 'one'))).rejects.toThrow('ENOENT');
  });
});

describe('the list', () => {
  it('has each once, and searches of one name are the same search', () => {
    expect(new Set(reproductions.map(({ name }) => name)).size).toBe(reproductions.length);
    for (const of of [{ quick: false }, { quick: true }, { quick: false, trials: 2, iterations: 12_000 }]) {
      const needed = reproductions.flatMap(({ needs }) => needs(of));
      const texts = new Map(needed.map((one) => [one.name, JSON.stringify(one)]));
      for (const one of needed) expect(JSON.stringify(one)).toBe(texts.get(one.name));
    }
  });

  it('calls only the paper’s scale the paper’s', () => {
    for (const { inWords: words } of reproductions) {
      expect(words({ quick: true })).toMatch(/^QUICK, scaled down: /);
      for (const of of [{ trials: 7 }, { iterations: 12_000 }])
        expect(words({ quick: false, ...of })).toContain('; the paper: ');
    }
    expect(supermaskScale({ quick: false })).toBe('The paper’s scale: 3 trials, scores learned for 440,000 iterations');
    expect(supermaskScale({ quick: false, trials: 1 })).toBe(
      '1 trial, scores learned for 440,000 iterations; the paper: 3 for 440,000',
    );
  });

  it('answers an unknown name with the known ones', () => {
    expect(() => reproductionsNamed('lth-44')).toThrow(
      /^There is nothing .* "lth-44"\. Did you mean "lth-4"\? Known: lth-1, /,
    );
  });

  it('has the longest by their names alone', () => {
    const all = reproductionsNamed('all').map(({ name }) => name);
    expect(reproductions.map(({ name }) => name).filter((name) => !all.includes(name))).toEqual(['lth-7', 'lth-8']);
    expect(reproductionsNamed('lth-8').map(({ name }) => name)).toEqual(['lth-8']);
  });

  it('comes with estimates: all of them take less than their sum, since they share', async () => {
    const some = ['lth-1', 'lth-4', 'dlt-supermask'].flatMap(reproductionsNamed);
    const seconds = await estimateReproductions(some, { quick: true, trials: 1 });
    const each = some.map(({ name }) => seconds.get(name)!);
    for (const value of each) expect(value).toBeGreaterThan(0);
    expect(seconds.get('all')).toBeLessThan(each.reduce((a, b) => a + b));
  });
});
