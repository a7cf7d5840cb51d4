import { expect, it } from 'vitest';
import { nearestName, suggestion } from './nearest-name.js';

const names = ['mnist', 'fashion-mnist', 'idx'];

it('a slip of the pen finds the name that was meant', () => {
  expect(nearestName('minst', names)).toBe('mnist');
  expect(nearestName('MNIST', names)).toBe('mnist');
  expect(nearestName('fashon-mnist', names)).toBe('fashion-mnist');
  expect(suggestion('mnits', names)).toBe(' Did you mean "mnist"?');
});

it('the first wins a tie, and nothing is suggested for a stranger', () => {
  expect(nearestName('b', ['a', 'ab', 'bc'])).toBe('ab');
  expect(nearestName('ac', ['ab', 'ad'])).toBe('ab');
  expect(nearestName('imagenet-1k', names)).toBeNull();
  expect(suggestion('imagenet-1k', names)).toBe('');
});
