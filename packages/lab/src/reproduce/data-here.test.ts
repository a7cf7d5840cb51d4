import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { byData } from './data-here.js';
import { reproductions } from './reproductions.js';

beforeEach(() => void vi.stubEnv('XDG_CACHE_HOME', join(tmpdir(), 'no-such-cache-of-winnow')));
afterEach(() => vi.unstubAllEnvs());

describe('what can be made from the data that are here', () => {
  it('is all that needs none but MNIST, while CIFAR-10 is not in the cache', () => {
    const { here, missing } = byData(reproductions, { quick: true });
    expect([...missing].map(([{ name }, data]) => [name, data])).toEqual(
      ['lth-5', 'lth-7', 'lth-8'].map((name) => [name, 'cifar-10']),
    );
    expect(here).toEqual(reproductions.filter(({ name }) => !['lth-5', 'lth-7', 'lth-8'].includes(name)));
  });

  it('is everything where a folder of it is named', () => {
    const { here, missing } = byData(reproductions, { quick: true, cifar10: 'cifar-10:somewhere' });
    expect(missing.size).toBe(0);
    expect(here).toEqual(reproductions);
  });
});
