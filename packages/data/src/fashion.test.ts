import { describe, expect, it } from 'vitest';
import { fashionMnist, fashionSource } from './fashion.js';
import { mnistSource } from './mnist.js';

describe('Fashion-MNIST', () => {
  it.skipIf(fashionSource.defaultFolder() === null)('is read from the Debian package and is genuine', async () => {
    const data = await fashionMnist();
    expect(data).toMatchObject({ name: 'fashion-mnist', shape: [1, 28, 28], classes: 10 });
    expect(data.train.count).toBe(60_000);
    expect([...data.train.labels.subarray(0, 10)]).toEqual([9, 0, 0, 3, 0, 2, 7, 2, 5, 5]);
  });

  it('is not MNIST', async () => {
    await expect(fashionMnist(mnistSource.defaultFolder()!)).rejects.toThrow(
      /train-images-idx3-ubyte is not the published file: its SHA-256 is ba891046/,
    );
  });
});
