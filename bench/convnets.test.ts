import { describeNetwork, networkByName, weightLayers } from '@winnow/engine';
import { describe, expect, it } from 'vitest';
import { layersOf, makeConvolutionWeights, NETWORKS, splitConvolutionWeights, weightsIn } from './convnets.mjs';
import { verdicts } from './targets.mjs';

describe.each(NETWORKS)('%s of the bench', (name) => {
  it('has the layers of the engine', () => {
    const engine = networkByName(name);
    const layers = layersOf(name);
    expect(layers.map(({ shape, normalised }) => ({ shape, normalised }))).toEqual(
      weightLayers(engine).map(({ shape, normalised }) => ({ shape, normalised })),
    );
    const multiplyAdds = layers.map((layer) => weightsIn(layer) * layer.places);
    const { layers: described } = describeNetwork(engine);
    const inEngine = described.filter(({ weights }) => weights > 0).map((layer) => layer.multiplyAdds);
    // A residual layer is told in the order of its parts; which of them comes first does not matter here.
    expect(multiplyAdds.toSorted()).toEqual(inEngine.toSorted());
  });
  it('keeps about the wanted share of each layer, at least as much of the last', () => {
    for (const { weight } of splitConvolutionWeights(name, makeConvolutionWeights(name, 0.2)).slice(1, -1)) {
      const kept = weight.reduce((count, value) => count + Number(value !== 0), 0) / weight.length;
      expect(kept).toBeCloseTo(0.2, 1);
    }
  });
});

it("PyTorch's time over ours at a density is held against its target", () => {
  const cell = (median: number) => ({ medianMicroseconds: median, bestMicroseconds: median });
  const table = {
    id: 'conv-2',
    columns: ['winnow', 'PyTorch, masks'],
    rows: [{ label: '20 %', cells: [cell(50_000), cell(250_000)] }],
  };
  const found = verdicts([table]).find(({ what }) => what.startsWith('conv-2 step at 20 %, 1 thread'));
  expect(found).toMatchObject({ atLeast: 4.5, median: 5, isReached: true });
});
