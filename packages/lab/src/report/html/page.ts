import type { ReportFigure } from '../figures/figures.js';
import { count, plural } from '../format.js';
import type { ReportKind, ReportRun } from '../input.js';
import { kindNames } from '../palette.js';
import { resultSentence } from '../sentence.js';
import { levelTable } from './level-table.js';
import { definitions, pageText, table } from './markup.js';
import { settingList } from './setting.js';
import { styleSheet } from './style.js';

/** The report as one HTML document that needs nothing else: no script, no network, no other file. */
export function reportPage(run: ReportRun, figures: readonly ReportFigure[]): string {
  const title = `${run.network} on ${run.data}`;
  const sentence = pageText(resultSentence(run));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="${sentence}">
<title>${pageText(title)} – Winnow</title>
<style>${styleSheet()}</style>
</head>
<body>
<header>
<p class="kind">Winnow report</p>
<h1>${pageText(title)}</h1>
<p class="result">${sentence}</p>
</header>
<main>
${figures.map(figureMarkup).join('\n')}
<h2>By level</h2>
${levelTable(run)}
<h2>Words</h2>
${definitions(words(run))}
<h2>Setting</h2>
${settingList(run)}
<h2>To repeat it</h2>
<pre><code>${pageText(run.command)}</code></pre>
<p>The same line gives the same bits on every machine, with any number of workers, interrupted or not: the digests below must come out again.</p>
<h2>Made with</h2>
${definitions(madeWith(run))}
<h2>Digests</h2>
${digestTable(run)}
</main>
<footer>${pageText(run.path)}: figures as SVG and PNG in figures, numbers in data/cells.csv and data/metrics.csv.</footer>
</body>
</html>
`;
}

function figureMarkup(figure: ReportFigure): string {
  return `<figure id="${figure.name}">
<div class="wide">${figure.svg.wide.trimEnd()}</div>
<div class="narrow">${figure.svg.narrow.trimEnd()}</div>
<figcaption>${pageText(figure.caption)}</figcaption>
</figure>`;
}

const kindWords: Readonly<Record<ReportKind, string>> = {
  dense: 'The whole network, nothing pruned.',
  ticket: 'After each round of pruning the survivors go back to their first values and are trained again.',
  'one-shot': 'Pruned once, straight from the dense network, then as a ticket.',
  continued: 'Pruned round by round, but trained on from where it stands.',
  snip: 'Pruned before training: the weights stay without which the loss would change most.',
  grasp: 'Pruned before training: the weights stay without which gradients would flow least.',
  synflow: 'Pruned before training and without data: the weights stay on whose paths most flows through the network.',
  erk: 'A random mask before training, small layers denser.',
  uniform: 'A random mask before training, all layers equally dense.',
  reinit: 'A ticket’s mask with newly drawn first values.',
  shuffle: 'A ticket’s mask shuffled within each layer, with the first values that lie there.',
  invert: 'Pruned as the ticket, but the best weights went in place of the worst.',
  random: 'As many weights in each layer as the ticket has, but at random places, with newly drawn first values.',
};

function words(run: ReportRun): readonly (readonly [string, string])[] {
  const kinds = (Object.keys(kindWords) as ReportKind[]).filter((kind) => run.cells.some((cell) => cell.kind === kind));
  return [
    ['density', 'The share of the network’s weights that remain. Biases are never pruned and do not count.'],
    [
      'early stop',
      'The iteration with the least validation loss; its test accuracy is read there and chooses nothing.',
    ],
    [
      'winner',
      'The sparsest ticket that is no worse than its dense network in validation accuracy at early stop, and stops no later; of several trials, in most.',
    ],
    ...kinds.map((kind) => [kindNames[kind], kindWords[kind]] as const),
  ];
}

function madeWith(run: ReportRun): readonly (readonly [string, string])[] {
  const backend = run.isa === null ? run.backend : `${run.backend}, ${run.isa}`;
  return [['backend', backend], ...Object.entries(run.versions), ...Object.entries(run.machine)];
}

/** SHA-256 of the parameters that each training ended with. */
function digestTable(run: ReportRun): string {
  const rows = run.cells.map((cell) => {
    const values = [cell.trial, cell.level, kindNames[cell.kind], cell.replicate, count(cell.weights)];
    return `<tr>${values.map((value) => `<td>${value}</td>`).join('')}<td class="mono">${pageText(cell.digest)}</td></tr>`;
  });
  const header = ['Trial', 'Level', 'Kind', 'Replicate', 'Weights', 'SHA-256'];
  const caption = 'SHA-256 of the parameters that each training ended with.';
  return `<details>
<summary>${plural(run.cells.length, 'digest')}</summary>
${table({ className: 'digests', caption, header, rows })}
</details>`;
}
