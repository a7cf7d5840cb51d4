import { describe, expect, it } from 'vitest';
import { tinyExperiment } from '../testing/experiments.js';
import { explainExperiment } from './explain.js';

const choice = { backend: 'wasm' } as const;

describe('the explanation of an experiment', () => {
  it('is of its last level, with as many weights in each layer as a search leaves', async () => {
    const explained = await explainExperiment(tinyExperiment(), { choice });
    expect(explained).toMatchObject({ level: 2, weights: 101, backend: 'wasm', isa: null, batch: 20, blocks: 1 });
    expect(explained.layers.map(({ form, stored }) => [form, stored])).toEqual([
      ['compressed', 77],
      ['compressed', 24],
    ]);
    expect(explained.layers.reduce((sum, layer) => sum + layer.multiplyAddsPerStep, 0)).toBe(
      explained.multiplyAddsPerStep,
    );
    expect(explained.trainingSeconds).toBeGreaterThan(0);
  });

  it('is of the dense network without rounds, and of masks of one density in global scope', async () => {
    const dense = await explainExperiment(tinyExperiment({ pruning: { rounds: 0 } }), { choice });
    expect(dense.layers.map(({ form }) => form)).toEqual(['dense', 'dense']);
    const global = await explainExperiment(tinyExperiment({ pruning: { rounds: 2, scope: 'global' } }), { choice });
    expect(global.layers.map(({ stored }) => stored)).toEqual(
      [120, 30].map((weights) => Math.round(global.density * weights)),
    );
  });
});
