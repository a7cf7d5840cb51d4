import type { ByteReader } from './byte-reader.js';
import { optimizers, schedules } from './format-numbers.js';
import type { TrainingRecipe } from './training-recipe.js';

const MOST = 0x7fff_ffff;

/** Reads how a `recipe` is trained. @throws UserError where it is damaged */
export function readTraining(reader: ByteReader): TrainingRecipe {
  return {
    arithmetic: reader.count('arithmetic'),
    split: { validation: reader.count('validation images', MOST), stratified: reader.count('kind of split', 1) === 1 },
    level: reader.count('level', MOST),
    optimizer: readOptimizer(reader),
    schedule: readSchedule(reader),
    warmup: reader.count('warmup', MOST),
    weightDecay: reader.decimal('weight decay'),
    batch: reader.count('batch', MOST),
    iterations: reader.count('iterations', MOST),
    evaluateEvery: reader.count('evaluation interval', MOST),
  };
}

function readOptimizer(reader: ByteReader): TrainingRecipe['optimizer'] {
  const name = reader.oneOf('optimizer', optimizers);
  const rate = reader.decimal('rate');
  switch (name) {
    case 'sgd':
      return { name, rate };
    case 'momentum':
      return { name, rate, momentum: reader.decimal('momentum') };
    case 'adam':
      return {
        name,
        rate,
        beta1: reader.decimal('beta1'),
        beta2: reader.decimal('beta2'),
        epsilon: reader.decimal('epsilon'),
      };
  }
}

function readSchedule(reader: ByteReader): TrainingRecipe['schedule'] {
  const kind = reader.oneOf('schedule', schedules);
  if (kind !== 'step') return { kind };
  const at: number[] = [];
  for (let left = reader.count('number of steps', 1000); left > 0; left--) at.push(reader.count('step', MOST));
  return { kind, at, factor: reader.decimal('factor') };
}
