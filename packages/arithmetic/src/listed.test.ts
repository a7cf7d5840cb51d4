import { describe, expect, it } from 'vitest';
import { listed } from './listed.js';

describe('a list in a sentence', () => {
  it('has commas, and a word before the last', () => {
    expect(listed([])).toBe('');
    expect(listed(['a'])).toBe('a');
    expect(listed(['a', 'b'], 'or')).toBe('a or b');
    expect(listed(['a', 'b', 'c'])).toBe('a, b and c');
  });
});
