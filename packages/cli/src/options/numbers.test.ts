import { UserError } from '@winnow/arithmetic';
import { describe, expect, it } from 'vitest';
import { fraction, number, oneOf, someOf, wholeNumber, wholeNumbers } from './numbers.js';

const levels = wholeNumber('--levels', { from: 0, to: 100 });
const rate = number('--lr', { above: 0 });
const density = fraction('--density', { above: 0, to: 1 });
const controls = someOf('--controls', ['reinit', 'random']);

describe('a flag', () => {
  it('takes the numbers it can use', () => {
    expect(['0', '20', '100', '-0'].map(levels)).toEqual([0, 20, 100, 0]);
    expect(['1.2e-3', '.5', '3', '1e30'].map(rate)).toEqual([0.0012, 0.5, 3, 1e30]);
    expect(['0.036', '3.6%', '3.6 %', '1'].map(density)).toEqual([0.036, 0.036, 0.036, 1]);
    expect(wholeNumbers('--lr-steps', { from: 1 })('100, 200')).toEqual([100, 200]);
  });

  it.each(['-1', '101', '1.5', '', ' ', 'ten', '0x10', '1e2', 'NaN', '9007199254740993'])(
    'refuses %j levels',
    (text) => {
      expect(() => levels(text)).toThrow(UserError);
    },
  );

  it.each(['0', '-1', 'fast', '', 'Infinity', 'NaN', '1e999', '1,5'])('refuses a learning rate of %j', (text) => {
    expect(() => rate(text)).toThrow(UserError);
  });

  it.each(['0', '1.01', '101%', '-3%', '%', 'half'])('refuses a density of %j', (text) => {
    expect(() => density(text)).toThrow(UserError);
  });

  it('says what it wants instead', () => {
    expect(() => levels('-1')).toThrow('--levels must be a whole number, at least 0 and at most 100, not "-1".');
    expect(() => density('2')).toThrow('--density must be a fraction, above 0 and at most 1, not "2".');
    expect(() => wholeNumbers('--lr-steps', { from: 1 })('200,100')).toThrow('ascending');
  });

  it('takes one or several of its words, in their own order', () => {
    expect(oneOf('--scope', ['layer', 'global'])('global')).toBe('global');
    expect(controls('random,reinit')).toEqual(['reinit', 'random']);
    expect(controls('none')).toEqual([]);
    expect(() => oneOf('--scope', ['layer', 'global'])('all')).toThrow('--scope must be layer or global, not "all".');
    expect(() => controls('reinit,other')).toThrow('--controls must be none, or one or more of reinit and random');
  });
});
