import { describe, expect, it } from 'vitest';
import { inputFrom } from './experiment.js';

const file = {
  network: 'lenet-300-100',
  data: './images',
  recipe: { batch: 30, optimizer: { name: 'momentum', rate: 0.1, momentum: 0.9 } },
  pruning: { rounds: 5, rate: 0.1 },
  controls: [{ kind: 'reinit', replicates: 3 }, 'random'],
} as const;

describe('flags over a config file', () => {
  it('leave alone what they do not mention', () => {
    expect(inputFrom(undefined, {}, file)).toEqual({ ...file, split: {} });
  });

  it('replace single settings', () => {
    const input = inputFrom(undefined, { batch: 60, lr: 0.5, rate: 0.3, data: 'mnist' }, file);
    expect(input).toMatchObject({ data: 'mnist', pruning: { rounds: 5, rate: 0.3 } });
    expect(input.recipe).toEqual({ batch: 60, optimizer: { name: 'momentum', rate: 0.5, momentum: 0.9 } });
  });

  it('drop the settings of an optimizer that they replace', () => {
    expect(inputFrom(undefined, { optimizer: 'sgd' }, file).recipe?.optimizer).toEqual({ name: 'sgd' });
    expect(inputFrom(undefined, { optimizer: 'momentum' }, file).recipe?.optimizer).toEqual(file.recipe.optimizer);
  });

  it('put levels in the place of a density, and the other way round', () => {
    expect(inputFrom(undefined, { density: 0.1 }, file).pruning).toEqual({ rate: 0.1, density: 0.1 });
    expect(inputFrom(undefined, { levels: 2 }, { ...file, pruning: { density: 0.1 } }).pruning).toEqual({ rounds: 2 });
  });

  it('keep the replicates of controls that they name', () => {
    expect(inputFrom(undefined, { controls: ['reinit'] }, file).controls).toEqual([{ kind: 'reinit', replicates: 3 }]);
    expect(inputFrom(undefined, { replicates: 2 }, file).controls).toEqual([
      { kind: 'reinit', replicates: 2 },
      { kind: 'random', replicates: 2 },
    ]);
    expect(inputFrom(undefined, { controls: [] }, file).controls).toEqual([]);
  });

  it('change the steps of a schedule and keep its factor', () => {
    const stepped = { ...file, recipe: { schedule: { kind: 'step', at: [10], factor: 0.5 } } } as const;
    expect(inputFrom(undefined, { lrSteps: [20] }, stepped).recipe?.schedule).toEqual({
      kind: 'step',
      at: [20],
      factor: 0.5,
    });
    expect(inputFrom(undefined, { lrSchedule: 'cosine' }, stepped).recipe?.schedule).toEqual({ kind: 'cosine' });
    expect(() => inputFrom(undefined, { lrSchedule: 'step' }, file)).toThrow('needs --lr-steps');
  });
});
