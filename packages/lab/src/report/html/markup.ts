import { escapeMarkup } from '../figures/plot-markup.js';

/** Text for a page: escaped, and a number never parted from its unit. */
export function pageText(text: string): string {
  return escapeMarkup(text).replace(/(?<=\d) (?=[%×])|(?<=\d ×) /g, '\u00a0');
}

/** A list of names and values; the names as they are written in a configuration file. */
export function definitions(pairs: readonly (readonly [string, string])[], valueClass = ''): string {
  const attribute = valueClass === '' ? '' : ` class="${valueClass}"`;
  const rows = pairs.map(([name, value]) => `<dt>${pageText(name)}</dt><dd${attribute}>${pageText(value)}</dd>`);
  return `<dl>\n${rows.join('\n')}\n</dl>`;
}

/** A table that scrolls sideways on its own where it is wider than the page, under a caption that does not. */
export function table(options: {
  readonly className: string;
  readonly caption: string;
  readonly header: readonly string[];
  /** Ready markup of the rows. */
  readonly rows: readonly string[];
}): string {
  const id = `${options.className}-caption`;
  const header = options.header.map((name) => `<th scope="col">${pageText(name)}</th>`).join('');
  return (
    `<p class="caption" id="${id}">${pageText(options.caption)}</p>\n` +
    `<div class="scroll" tabindex="0" role="region" aria-labelledby="${id}">\n` +
    `<table class="${options.className}" aria-labelledby="${id}">\n` +
    `<thead><tr>${header}</tr></thead>\n<tbody>\n${options.rows.join('\n')}\n</tbody>\n</table>\n</div>`
  );
}
