import { expect, it } from 'vitest';
import { withScale } from './with-scale.js';

const svg = '<svg width="148" height="50" viewBox="0 0 148 50"><g/></svg>';
const texts = (drawn: string) =>
  [...drawn.matchAll(/y="([\d.]+)"[^>]*>([^<]*)<\/text>/g)].map(([, y, text]) => [+y, text]);

it('writes a scale below a figure, which grows by its line', () => {
  const drawn = withScale(svg, 'QUICK & small');
  expect(drawn).toMatch(/^<svg width="148" height="76" viewBox="0 0 148 76"><g\/><text /);
  expect(texts(drawn)).toEqual([[68, 'QUICK &amp; small']]);
});

it('breaks a scale that is wider than the figure', () => {
  const drawn = withScale(svg, '1 trial of 6,000 iterations, a-word-longer-than-a-line and more');
  expect(texts(drawn)).toEqual([
    [68, '1 trial of 6,000'],
    [86, 'iterations,'],
    [104, 'a-word-longer-than-a-line'],
    [122, 'and more'],
  ]);
  expect(drawn).toMatch(/^<svg width="148" height="130" viewBox="0 0 148 130">/);
});
