import { describe, expect, it } from 'vitest';
import { conv2 } from '../network/conv.js';
import { lenet300 } from '../network/lenet300.js';
import { callSteps } from './call-steps.js';

describe('the steps of a call', () => {
  const lenet = lenet300();
  it('take about a second', () => {
    expect(callSteps(lenet, [250_000])).toBe(4);
    expect(callSteps(lenet, [250_000, 150_000])).toBe(6);
  });
  it('are at least one and at most a hundred', () => {
    expect(callSteps(lenet, [5_000_000])).toBe(1);
    expect(callSteps(lenet, [1])).toBe(100);
  });
  it('are not cut because one call was held up', () => {
    expect(callSteps(lenet, [1000, 900_000])).toBe(100);
  });
  it('begin with one where pictures are convolved, whose steps may be long', () => {
    expect([callSteps(lenet, []), callSteps(conv2(), [])]).toEqual([100, 1]);
  });
});
