import { escapeMarkup } from '../report/figures/plot-markup.js';

/** Pixels of a line below a figure, above the first of them, and of a bold letter, on the wide side. */
const [LINE, ABOVE, LETTER] = [18, 8, 7.4];

/** An SVG with a scale in words written below, so that it is never mistaken for another's when it is alone: as many lines as its width asks for. */
export function withScale(svg: string, words: string): string {
  const [, width, height] = /width="(\d+)" height="([\d.]+)"/.exec(svg)!;
  const lines = linesOf(words, Math.floor(+width / LETTER));
  const taller = `${+height + ABOVE + LINE * lines.length}`;
  const text = lines.map(
    (line, i) =>
      `<text x="0" y="${+height + LINE * (i + 1)}" text-anchor="start" font-weight="600">${escapeMarkup(line)}</text>`,
  );
  return svg
    .replaceAll(`width="${width}" height="${height}"`, `width="${width}" height="${taller}"`)
    .replace(`viewBox="0 0 ${width} ${height}"`, `viewBox="0 0 ${width} ${taller}"`)
    .replace('</svg>', `${text.join('')}</svg>`);
}

/** Broken at spaces into lines of so many letters; a longer word has a line of its own. */
function linesOf(words: string, letters: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of words.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && longer.length > letters) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}
