import type { ReportFigure } from '../report/figures/figures.js';
import { plural } from '../report/format.js';
import { pageText } from '../report/html/markup.js';
import { styleSheet } from '../report/html/style.js';
import type { Conclusion, Reproduction, TextTable } from './reproduction.js';
import type { Outcome } from './verdict.js';

/** All that a page about a reproduction says. */
export interface ReproductionPage extends Conclusion {
  readonly reproduction: Reproduction;
  /** In words, marked where it is scaled down. */
  readonly scale: string;
  readonly command: string;
  readonly planned: number;
  readonly finished: number;
}

/** "6 of 7 claims hold, 1 undecided." */
export function tally({ verdicts }: Pick<Conclusion, 'verdicts'>): string {
  if (verdicts.length === 0) return 'It makes no claim that numbers could decide.';
  const of = (outcome: Outcome) => verdicts.filter((verdict) => verdict.outcome === outcome).length;
  const rest = (['does not hold', 'undecided'] as const).flatMap((outcome) =>
    of(outcome) === 0
      ? []
      : [`${of(outcome)} ${outcome === 'undecided' ? outcome : of(outcome) === 1 ? outcome : 'do not hold'}`],
  );
  return `${of('holds')} of ${plural(verdicts.length, 'claim')} ${of('holds') === 1 ? 'holds' : 'hold'}${rest.map((text) => `, ${text}`).join('')}.`;
}

/** How much of it is finished, where that is not all. */
export function unfinished({ planned, finished }: Pick<ReproductionPage, 'planned' | 'finished'>): string {
  return finished === planned ? '' : `Unfinished: made from ${finished} of ${plural(planned, 'training')}.`;
}

/** How claims are judged. */
const judging =
  'A comparison holds if the means over trials differ by more than half the larger range over trials and than the standard error that ten thousand test images leave; it is undecided within that. “Level” or “matches” allows as much.';

/** The page in Markdown; figures are taken from `figures/NAME.svg`. */
export function reproductionMarkdown(page: ReproductionPage): string {
  const { reproduction, scale, command, figures, tables, verdicts } = page;
  const partial = unfinished(page);
  return [
    `# ${reproduction.title}\n`,
    `${reproduction.source}. ${scale}.${partial === '' ? '' : ` **${partial}**`} ${reproduction.differs}\n`,
    `    ${command}\n`,
    ...(verdicts.length === 0
      ? []
      : [
          '## The paper’s claims\n',
          `${tally(page)} ${judging}\n`,
          markdownTable({
            caption: '',
            header: ['Claim', 'Measured here', 'Verdict'],
            rows: verdicts.map(({ claim, source, numbers, outcome }) => [
              `${claim} (${source})`,
              numbers,
              `**${outcome}**`,
            ]),
          }),
        ]),
    ...figures.map(({ name, caption }) => `![${caption}](figures/${name}.svg)\n\n${caption} ${scale}.\n`),
    ...tables.map((table) => `${table.caption} ${scale}.\n\n${markdownTable(table)}`.trimStart()),
  ].join('\n');
}

function markdownTable({ header, rows }: TextTable): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
  return `${line(header)}${line(header.map(() => '---'))}${rows.map(line).join('')}`;
}

/** The page as one HTML document that needs nothing else. */
export function reproductionHtml(page: ReproductionPage): string {
  const { reproduction, scale, command, figures, tables, verdicts } = page;
  const sentence = verdicts.length === 0 ? reproduction.shows : tally(page);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${pageText(reproduction.title)} – Winnow</title>
<style>${styleSheet()}
.texts th,.texts td{text-align:left;white-space:normal}</style>
</head>
<body>
<header>
<p class="kind">${pageText(reproduction.source)}</p>
<h1>${pageText(reproduction.title)}</h1>
<p class="result">${pageText(sentence)}</p>
<p><strong>${pageText(`${scale}. ${unfinished(page)}`.trim())}</strong> ${pageText(reproduction.differs)}</p>
</header>
<main>
${verdicts.length === 0 ? '' : `<h2>The paper’s claims</h2>\n<p>${pageText(judging)}</p>\n${htmlTable({ caption: scale, header: ['Claim', 'The paper', 'Measured here', 'Verdict'], rows: verdicts.map(({ claim, source, numbers, outcome }) => [claim, source, numbers, outcome]) }, 0)}`}
${figures.map((figure) => figureMarkup(figure, scale)).join('\n')}
${tables.map((table, i) => htmlTable({ ...table, caption: `${table.caption} ${scale}.`.trim() }, i + 1)).join('\n')}
<h2>To repeat it</h2>
<pre><code>${pageText(command)}</code></pre>
</main>
</body>
</html>
`;
}

function figureMarkup({ name, caption, svg }: ReportFigure, scale: string): string {
  return `<figure id="${name}">
<div class="wide">${svg.wide.trimEnd()}</div>
<div class="narrow">${svg.narrow.trimEnd()}</div>
<figcaption>${pageText(`${caption} ${scale}.`)}</figcaption>
</figure>`;
}

function htmlTable({ caption, header, rows }: TextTable, place: number): string {
  const head = header.map((name) => `<th scope="col">${pageText(name)}</th>`).join('');
  const body = rows.map((row) => `<tr>${row.map((cell) => `<td>${pageText(cell)}</td>`).join('')}</tr>`).join('\n');
  return `<p class="caption" id="table-${place}">${pageText(caption)}</p>
<div class="scroll" tabindex="0" role="region" aria-labelledby="table-${place}">
<table class="texts" aria-labelledby="table-${place}">
<thead><tr>${head}</tr></thead>
<tbody>
${body}
</tbody>
</table>
</div>`;
}
