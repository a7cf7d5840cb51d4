import { describe, expect, it } from 'vitest';
import { allInOrder } from './all-in-order.js';

const late = async (error: Error): Promise<number> => {
  await new Promise(setImmediate);
  throw error;
};

describe('promises in order', () => {
  it('give their values', async () => {
    expect(await allInOrder([Promise.resolve(3), Promise.resolve(1)])).toEqual([3, 1]);
    expect(await allInOrder<number>([])).toEqual([]);
  });

  it('fail with the first of the list that fails, also if another one fails sooner', async () => {
    const [first, second] = [new Error('first'), new Error('second')];
    await expect(allInOrder([Promise.resolve(0), late(first), Promise.reject(second)])).rejects.toBe(first);
  });
});
