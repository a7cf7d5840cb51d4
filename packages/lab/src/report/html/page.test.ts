import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { drawFigures } from '../figures/figures.js';
import { resultSentence } from '../sentence.js';
import { syntheticRun } from '../testing/synthetic-run.js';
import { reportPage } from './page.js';
import { settingRows } from './setting.js';

const run = { ...syntheticRun({ levels: 16, trials: 2 }), command: 'npx winnow find --data "a & b" <x>' };
const page = drawFigures(run).then((figures) => reportPage(run, figures));

describe('the report', () => {
  it('needs nothing but itself', async () => {
    const html = (await page).replaceAll('http://www.w3.org/2000/svg', '');
    expect(html).not.toMatch(/https?:|<script|<link|<img|<iframe|@import|url\((?!#)|\bsrc=|\bhref=/);
  });

  it('begins with the sentence of the run and shows every figure in both layouts', async () => {
    const { document } = parseHTML(await page);
    expect(textOf(document.querySelector('.result'))).toBe(resultSentence(run));
    expect(document.querySelectorAll('figure')).toHaveLength(5);
    expect(document.querySelectorAll('figure > .wide > svg')).toHaveLength(5);
    expect(document.querySelectorAll('figure > .narrow > svg')).toHaveLength(5);
  });

  it('gives every id once', async () => {
    const ids = [...(await page).matchAll(/ id="([^"]+)"/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('has a table with a header for every column and row, the winner marked once', async () => {
    const { document } = parseHTML(await page);
    const columns = document.querySelectorAll('.levels thead th[scope=col]').length;
    const rows = [...document.querySelectorAll('.levels tbody tr')];
    expect(rows).toHaveLength(17);
    for (const row of rows) {
      expect(row.querySelectorAll('th[scope=row]')).toHaveLength(1);
      expect(row.querySelectorAll('th, td')).toHaveLength(columns);
    }
    expect(rows.filter((row) => row.className === 'winner').map((row) => textOf(row.querySelector('th')))).toEqual([
      '15 ★, the winner',
    ]);
  });

  it('repeats the command, the settings, the versions and the digests, escaped', async () => {
    const { document } = parseHTML(await page);
    expect(textOf(document.querySelector('pre'))).toBe(run.command);
    const text = textOf(document.querySelector('main'));
    for (const [path, value] of settingRows(run.settings)) expect(text).toContain(`${path}${value}`);
    for (const [name, version] of Object.entries(run.versions)) expect(text).toContain(`${name}${version}`);
    for (const cell of run.cells) expect(text).toContain(cell.digest);
  });
});

describe('settings as rows', () => {
  it('take the path of the experiment’s file; lists of values stay on one line', () => {
    const settings = {
      network: 'lenet-300-100',
      recipe: { optimizer: { name: 'adam', rate: 0.0012 }, at: [100, 200] },
      layers: [{ kind: 'dense', outputs: 300 }, { kind: 'relu' }],
      controls: [],
      rewind: null,
      left: undefined,
    };
    expect(settingRows(settings)).toEqual([
      ['network', 'lenet-300-100'],
      ['recipe.optimizer.name', 'adam'],
      ['recipe.optimizer.rate', '0.0012'],
      ['recipe.at', '100, 200'],
      ['layers[0]', 'kind dense, outputs 300'],
      ['layers[1]', 'kind relu'],
      ['controls', 'none'],
      ['rewind', 'null'],
    ]);
  });
});

/** Its text with line ends taken out and protected spaces as plain ones. */
function textOf(element: { readonly textContent: string | null } | null): string {
  return (element?.textContent ?? '').replaceAll('\u00a0', ' ').replaceAll('\n', '');
}
