import { accuracyPercent, count, densityPercent } from '../report/format.js';
import { definitions, pageText, table } from '../report/html/markup.js';
import { styleSheet } from '../report/html/style.js';
import { bytesByAccuracy } from './bytes-by-accuracy.js';
import { paretoFront, type ShrinkFile, type ShrinkSummary } from './shrink-result.js';

/** A search for the smallest file as one HTML document that needs nothing else. */
export function shrinkPage(summary: ShrinkSummary, command: string): string {
  const title = `The smallest ${summary.network} for ${summary.data}`;
  const sentence = shrinkSentence(summary);
  const figures = (['wide', 'narrow'] as const).map((layout) => {
    const figure = bytesByAccuracy([{ label: null, files: summary.files }], [], summary.floor, layout);
    return figure === null ? '' : `<div class="${layout}">${figure.trimEnd()}</div>`;
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${pageText(title)} – Winnow</title>
<style>${styleSheet()}</style>
</head>
<body>
<header>
<p class="kind">Winnow shrink</p>
<h1>${pageText(title)}</h1>
<p class="result">${pageText(sentence)}</p>
</header>
<main>
<figure>
${figures.join('\n')}
<figcaption>Each symbol is a file. The line joins those than which no smaller file does as well on validation data; the dotted line is the floor.</figcaption>
</figure>
<h2>Files</h2>
${fileTable(summary)}
<h2>Words</h2>
${definitions(words)}
<h2>To repeat it</h2>
<pre><code>${pageText(command)}</code></pre>
</main>
<footer>${pageText(summary.run)}: tickets in files, the search in search, numbers in results.json.</footer>
</body>
</html>
`;
}

/** The result in a sentence. */
export function shrinkSentence({ smallest, floor, files, stoppedEarly }: ShrinkSummary): string {
  const early = stoppedEarly ? ' The budget ended before everything was tried.' : '';
  if (smallest === null) {
    const best = files.reduce<ShrinkFile | null>(
      (a, b) => (a === null || b.validationAccuracy > a.validationAccuracy ? b : a),
      null,
    );
    const nearest = best === null ? '' : ` The best, ${best.name}, has ${accuracyPercent(best.validationAccuracy)}.`;
    return `No file keeps ${accuracyPercent(floor)} on validation data.${nearest}${early}`;
  }
  const { bytes, testAccuracy, validationAccuracy, name } = smallest;
  return `${count(bytes)} bytes keep ${accuracyPercent(validationAccuracy)} on validation data, ${accuracyPercent(testAccuracy)} on test data: ${name}.${early}`;
}

function fileTable({ files, smallest }: ShrinkSummary): string {
  const front = new Set(paretoFront(files));
  const rows = files.map((file) => {
    const { bytes, name, density, weights, validationAccuracy, testAccuracy } = file;
    const cells = [
      `${name}${file.name === smallest?.name ? ' (the smallest)' : front.has(file) ? ' (on the line)' : ''}`,
      ...[count(bytes), densityPercent(density), count(weights)],
      ...[accuracyPercent(validationAccuracy), accuracyPercent(testAccuracy)],
    ];
    return `<tr>${cells.map((cell) => `<td>${pageText(cell)}</td>`).join('')}</tr>`;
  });
  return table({
    className: 'levels',
    caption: 'All files that were made, smallest first',
    header: ['File', 'Bytes', 'Density', 'Weights', 'Validation', 'Test'],
    rows,
  });
}

const words: readonly (readonly [string, string])[] = [
  ['level-N-K-values', 'A level of the search, trained on; then its survivors were made to share K values a layer.'],
  ['supermask-P', 'A supermask, trained with P times its expected density in the loss: seed, mask, a number a layer.'],
  ['supermask-P-biases', 'The same, and biases that were trained.'],
];
