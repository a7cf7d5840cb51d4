import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { finish, smallMasks, smallTraining } from '../testing/small-training.js';
import { startTraining } from './start.js';
import type { SavedRun, TrainingOptions, TrainingResult } from './training.js';

/** What a result says, without how long it took. */
function withoutTimes(result: TrainingResult) {
  const { microsecondsPerStep: _, evaluationSeconds: _e, trainingSeconds: _t, ...rest } = result;
  return rest;
}

/** A checkpoint as it comes back from files: its meta through JSON, its arrays copied. */
function stored({ meta, arrays }: SavedRun): SavedRun {
  const copies = Object.entries(arrays).map(([name, values]) => [name, values.slice()]);
  return { meta: JSON.parse(JSON.stringify(meta)), arrays: Object.fromEntries(copies) };
}

function uninterrupted(options: TrainingOptions): TrainingResult {
  const run = startTraining(options);
  finish(run);
  return run.result();
}

describe('a training that is saved, closed and restored', () => {
  it.each(['sgd', 'momentum', 'adam'])('ends with the bits of an uninterrupted one, under %s', (name) => {
    const whole = new Map<string, TrainingResult>();
    fc.assert(
      fc.property(
        fc.constantFrom([1, 1, 1], [0.3, 0.5, 1], [0.1, 0.4, 0.6]),
        fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }),
        (kept, interruptedAfter) => {
          const recipe = { optimizer: { name, rate: 0.01 }, evaluateEvery: 3, iterations: 24, weightDecay: 1e-3 };
          const options = smallTraining(recipe, { masks: smallMasks(kept), snapshotAt: [0, 4, 20] });
          const expected = whole.get(`${kept}`) ?? uninterrupted(options);
          whole.set(`${kept}`, expected);

          let run = startTraining(options);
          for (const interrupted of interruptedAfter) {
            if (interrupted) {
              const saved = stored(run.save());
              run.close();
              run = startTraining(options, saved);
            }
            run.next();
          }
          finish(run);
          expect(withoutTimes(run.result())).toEqual(withoutTimes(expected));
        },
      ),
      { numRuns: 12 },
    );
  });

  it('also between evaluations', () => {
    const options = smallTraining({ evaluateEvery: 250, iterations: 250 }, {});
    const expected = uninterrupted(options);
    let run = startTraining(options);
    const stood: number[] = [];
    run.next();
    while (run.advance()) {
      stood.push(run.iteration);
      const saved = stored(run.save());
      run.close();
      run = startTraining(options, saved);
    }
    expect(stood).toEqual([100, 200]);
    finish(run);
    expect(withoutTimes(run.result())).toEqual(withoutTimes(expected));
    expect(run.advance()).toBe(false);
  });

  it('refuses the checkpoint of other masks', () => {
    const saved = startTraining(smallTraining({}, { masks: smallMasks([0.5, 0.5, 1]) })).save();
    const other = smallTraining({}, { masks: smallMasks([0.2, 0.5, 1]) });
    expect(() => startTraining(other, saved)).toThrow(/does not belong to this training: "layer.0.weights"/);
  });
});
