import { describe, expect, it } from 'vitest';
import { loadPngRenderer } from '../png.js';
import { syntheticRun } from '../testing/synthetic-run.js';
import { drawFigures } from './figures.js';

const names = [
  'accuracy-by-iteration',
  'early-stop-by-density',
  'accuracy-by-density',
  'first-layer-masks',
  'criterion-plane',
];
const run = syntheticRun({ trials: 3 });
const drawn = drawFigures(run);

describe.each(names)('%s', (name) => {
  const svg = async (layout: 'wide' | 'narrow') => (await drawn).find((figure) => figure.name === name)!.svg[layout];

  it.each(['wide', 'narrow'] as const)('%s is as its snapshot', async (layout) => {
    await expect(await svg(layout)).toMatchFileSnapshot(`snapshots/${name}-${layout}.svg`);
  });

  it.each(['wide', 'narrow'] as const)('%s becomes a picture', async (layout) => {
    const png = (await loadPngRenderer())(await svg(layout));
    expect([...png.subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);
  });

  it('has a title and a description of its own', async () => {
    const [, title, description] = (await svg('wide')).match(/aria-labelledby="(\S+) (\S+)"/)!;
    expect(await svg('wide')).toContain(`<title id="${title}">`);
    expect(await svg('wide')).toContain(`<desc id="${description}">`);
    expect(await svg('narrow')).not.toContain(`id="${title}"`);
  });

  it('refers only to ids that it defines once', async () => {
    const text = await svg('wide');
    const ids = [...text.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, id] of text.matchAll(/url\(#([^)]+)\)/g)) expect(ids).toContain(id);
  });

  it('is the same text every time', async () => {
    const again = await drawFigures(run);
    expect(again.find((figure) => figure.name === name)!.svg.wide).toBe(await svg('wide'));
  });
});

describe('figures without numbers are left out', () => {
  const namesOf = async (shape: Parameters<typeof syntheticRun>[0]) =>
    (await drawFigures(syntheticRun({ trials: 1, ...shape }))).map((figure) => figure.name);

  it('no test data, no accuracies', async () => {
    expect(await namesOf({ levels: 3, test: false })).toEqual([
      'early-stop-by-density',
      'first-layer-masks',
      'criterion-plane',
    ]);
  });

  it('only a dense network: its curve alone', async () => {
    expect(await namesOf({ levels: 0 })).toEqual(['accuracy-by-iteration']);
  });

  it('inputs that are no picture: no pictures', async () => {
    const figures = await drawFigures({ ...syntheticRun({ levels: 2, trials: 1 }), image: null });
    expect(figures.map((figure) => figure.name)).toEqual([...names.slice(0, 3), 'criterion-plane']);
  });

  it('nothing finished: no figure', async () => {
    expect(await drawFigures({ ...run, cells: [], winner: null, planes: async () => [] })).toEqual([]);
  });

  it('one level and a handful of iterations are enough', async () => {
    expect(await namesOf({ levels: 1, iterations: 200 })).toEqual(names);
  });
});
