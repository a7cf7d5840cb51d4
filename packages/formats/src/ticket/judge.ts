import type { DataSet } from '@winnow/data';
import { type EvaluationOptions, evaluateParameters } from '@winnow/engine';
import type { Judge } from './pack.js';

/** Judges parameters of a network on laid out data, of which `images` are its test images. */
export function judgeOf(of: Omit<EvaluationOptions, 'masks' | 'parameters'>, images: number): Judge {
  return {
    validation: (masks, parameters) => evaluateParameters({ ...of, masks, parameters }, 'validation').accuracy,
    test: (masks, parameters) => {
      const { accuracy } = evaluateParameters({ ...of, masks, parameters }, 'test');
      return { correct: Math.floor(accuracy * images + 0.5), of: images };
    },
  };
}

/** (inputs) 1 for each that any training image lights. */
export function litInputs({ train, features, scaling }: DataSet): Uint8Array {
  // A byte of 0 is no 0 where channels are shifted.
  const lit = new Uint8Array(features).fill(scaling.kind === 'unit' ? 0 : 1);
  for (let i = 0; i < train.images.length; i++) if (train.images[i] !== 0) lit[i % features] = 1;
  return lit;
}
