import { type PlotOptions, plot } from '@observablehq/plot';
import { parseHTML } from 'linkedom';

/** What is used of an element here; the compiler does not know a browser's types. */
interface Element {
  readonly innerHTML: string;
  querySelector(selector: string): { remove(): void } | null;
}

/**
 * The inside of a plot's <svg>, for a group of a larger drawing, its coordinates cut to two decimals. The same options
 * give the same text, but for clips: their ids count up through the process, so no mark here may use them.
 */
export function plotMarkup(options: PlotOptions): string {
  const { document } = parseHTML('<!doctype html><html></html>');
  const svg = plot({ ...options, document, figure: false } as PlotOptions) as unknown as Element;
  svg.querySelector('style')?.remove();
  return withShortNumbers(svg.innerHTML);
}

function withShortNumbers(markup: string): string {
  return markup.replace(/<[^>]*>/g, (tag) => tag.replace(/-?\d+\.\d{3,}/g, (number) => `${+(+number).toFixed(2)}`));
}

/** For text and attribute values. */
export function escapeMarkup(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => entities[character]);
}
