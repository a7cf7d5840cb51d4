import { countOnes, maskHas } from '@winnow/arithmetic';
import { describe, expect, it } from 'vitest';
import { denseTensors, digestParameters, restrict } from '../parameters.js';
import { finish, smallMasks, smallTraining } from '../testing/small-training.js';
import { evaluateParameters } from './evaluate.js';
import { startTraining } from './start.js';
import type { TrainingOptions } from './training.js';

function trained(options: TrainingOptions) {
  const run = startTraining(options);
  finish(run);
  return run.result();
}

describe('a training', () => {
  it('evaluates at its start, at every interval and at its end', () => {
    const rows = finish(startTraining(smallTraining({ iterations: 17, evaluateEvery: 5 })));
    expect(rows.map(({ iteration }) => iteration)).toEqual([0, 5, 10, 15, 17]);
    expect(rows.map(({ trainLoss }) => trainLoss === null)).toEqual([true, false, false, false, false]);
  });

  it('judges the test set at new validation minima, at every fifth evaluation and at its end', () => {
    const rows = finish(startTraining(smallTraining({ optimizer: { rate: 0.3 }, iterations: 40, evaluateEvery: 2 })));
    let least = Number.POSITIVE_INFINITY;
    for (const [number, row] of rows.entries()) {
      const isNewMinimum = number > 0 && row.validationLoss < least;
      if (number > 0) least = Math.min(least, row.validationLoss);
      expect(row.testAccuracy !== null).toBe(isNewMinimum || number % 5 === 0 || number === rows.length - 1);
    }
    expect(rows.some(({ testAccuracy }) => testAccuracy === null)).toBe(true);
  });

  it('stops early at the least validation loss, leaving out the start', () => {
    const { rows, earlyStop } = trained(smallTraining({ optimizer: { rate: 0.3 }, iterations: 40, evaluateEvery: 2 }));
    const least = Math.min(...rows.slice(1).map(({ validationLoss }) => validationLoss));
    expect(earlyStop.iteration).toBe(rows.slice(1).find(({ validationLoss }) => validationLoss === least)?.iteration);
    expect(earlyStop.testAccuracy).not.toBeNull();
  });

  it('learns', () => {
    const { earlyStop } = trained(smallTraining({ optimizer: { rate: 0.02 }, iterations: 60, evaluateEvery: 20 }));
    expect(earlyStop.validationAccuracy).toBeGreaterThan(0.9);
  });

  it('has losses and accuracies per example, whatever the blocks of an evaluation', () => {
    const options = smallTraining({});
    const parameters = options.start.map(({ weights, biases }) => ({ weights: weights.map(() => 0), biases }));
    const { loss, accuracy } = evaluateParameters({ ...options, parameters }, 'validation');
    const { count, labels } = options.data.validation;
    // All classes are as likely, and the first is predicted.
    const firstClass = options.data.bytes.subarray(64 * labels, 64 * labels + count).filter((label) => label === 0);
    expect(count % 64).not.toBe(0);
    expect(loss).toBeCloseTo(Math.log(4), 6);
    expect(accuracy).toBe(firstClass.length / count);
  });

  it('gives the rows that evaluating its parameters gives', () => {
    const options = smallTraining({}, { masks: smallMasks([0.4, 0.4, 1]) });
    const { parameters, final, rows } = trained(options);
    const validation = evaluateParameters({ ...options, parameters }, 'validation');
    expect(validation).toEqual({ loss: final.validationLoss, accuracy: final.validationAccuracy });
    const test = evaluateParameters({ ...options, parameters }, 'test');
    expect(test).toEqual({ loss: rows.at(-1)?.testLoss, accuracy: final.testAccuracy });
  });

  it('has a final training loss that is the mean of the last 100 batches', () => {
    const every = trained(smallTraining({ iterations: 130, evaluateEvery: 1 }));
    const last = every.rows.slice(-100).map(({ trainLoss }) => trainLoss ?? Number.NaN);
    expect(every.final.trainLoss).toBe(last.reduce((a, b) => a + b, 0) / 100);
  });

  it('gives the same bits however often it evaluates', () => {
    const seldom = trained(smallTraining({ iterations: 125, evaluateEvery: 1000 }));
    const often = trained(smallTraining({ iterations: 125, evaluateEvery: 7 }, { snapshotAt: [11, 100] }));
    expect(often.digest).toBe(seldom.digest);
    expect(often.final.trainLoss).toBe(seldom.final.trainLoss);
  });

  it('keeps snapshots, from which a run goes on as the whole one did if its optimizer has no memory', () => {
    const options = smallTraining({ optimizer: { name: 'sgd', rate: 0.2 } }, { snapshotAt: [0, 7, 20] });
    const whole = trained(options);
    expect([...whole.snapshots.keys()]).toEqual([0, 7, 20]);
    const run = startTraining({ ...options, snapshotAt: [0, 7, 20] });
    expect([...run.snapshots.keys()]).toEqual([0]);
    while (run.iteration < 10) run.next();
    expect([...run.snapshots.keys()]).toEqual([0, 7]);
    run.close();
    expect(digestParameters(whole.snapshots.get(0) ?? [])).toBe(digestParameters(options.start));
    expect(digestParameters(whole.snapshots.get(20) ?? [])).toBe(whole.digest);
    const rest = trained({ ...options, start: whole.snapshots.get(7) ?? [], startIteration: 7 });
    expect(rest.digest).toBe(whole.digest);
    expect(rest.rows.map(({ iteration }) => iteration)).toEqual([7, 10, 15, 20]);
  });

  it('keeps the last rate when it trains on after a whole schedule', () => {
    const recipe = { optimizer: { name: 'sgd', rate: 0.2 }, iterations: 10 };
    const stepped = { ...recipe, schedule: { kind: 'step', at: [3, 9], factor: 0.5 } } as const;
    const constant = { ...recipe, optimizer: { name: 'sgd', rate: 0.05 } };
    const onwards = trained(smallTraining(stepped, { scheduleFrom: 'end' }));
    expect(onwards.digest).toBe(trained(smallTraining(constant)).digest);
  });

  it('cannot start at or after its last iteration', () => {
    expect(() => startTraining(smallTraining({ iterations: 20 }, { startIteration: 20 }))).toThrow(
      'A training of 20 iterations cannot start at iteration 20.',
    );
  });

  it('has no result before its end', () => {
    const run = startTraining(smallTraining({}));
    run.next();
    expect(() => run.result()).toThrow(/has a result after iteration 20, not at 0/);
  });
});

describe('a pruned weight', () => {
  it('has no storage: stored counts the survivors', () => {
    const masks = smallMasks([0.4, 0.3, 0.5]);
    const { stored, parameters } = trained(smallTraining({}, { masks }));
    expect(stored).toBe(masks.reduce((sum, mask) => sum + countOnes(mask), 0));
    expect(parameters.map(({ weights }) => weights.length)).toEqual(masks.map(countOnes));
  });

  it.each(['sgd', 'momentum', 'adam'])('stays pruned under %s with weight decay', (name) => {
    const masks = smallMasks([0.4, 0.3, 0.5]);
    const options = smallTraining({ optimizer: { name, rate: 0.05 }, weightDecay: 0.01 }, { masks });
    const { parameters } = trained(options);
    for (const [l, tensor] of denseTensors(options.network, masks, parameters).entries()) {
      for (const [position, value] of tensor.entries()) expect(value !== 0).toBe(maskHas(masks[l], position));
    }
  });

  it('leaves no trace: whatever it was, the survivors end the same', () => {
    const dense = smallTraining({});
    const masks = smallMasks([0.4, 0.3, 0.5]);
    const others = dense.start.map(({ weights, biases }, l) => ({
      weights: weights.map((value, i) => (maskHas(masks[l], i) ? value : 1000)),
      biases,
    }));
    const [one, other] = [dense.start, others].map((start) =>
      trained({ ...dense, masks, start: restrict(start, dense.masks, masks) }),
    );
    expect(other.digest).toBe(one.digest);
  });
});

describe('a training whose values are not finite', () => {
  it('fails, naming layer and iteration', () => {
    const run = startTraining(smallTraining({ optimizer: { name: 'sgd', rate: 1e38 }, iterations: 20 }));
    expect(() => finish(run)).toThrow(
      /^(layer "dense \d"|the training loss) is not finite at iteration \d+\. Lower the learning rate/,
    );
  });

  it('names the iteration within a later call', () => {
    const schedule = { kind: 'step', at: [13], factor: 1e30 } as const;
    const options = smallTraining({ optimizer: { name: 'sgd', rate: 1e9 }, weightDecay: 0, schedule, iterations: 20 });
    const zero = options.start.map(({ weights, biases }) => ({ weights: weights.fill(0), biases }));
    // From zero weights only the output biases move, and at a huge rate they stay finite until it grows.
    expect(() => finish(startTraining({ ...options, start: zero }))).toThrow(
      'layer "dense 3" is not finite at iteration 14. Lower the learning rate (--lr).',
    );
  });
});
