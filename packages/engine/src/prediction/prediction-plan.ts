import type { ChannelScaling } from '@winnow/data';
import type { Masks } from '../masks.js';
import type { Network } from '../network/network.js';
import type { Parameters } from '../parameters.js';
import type { Region } from '../plan/layout.js';
import type { Content } from '../plan/plan.js';

/** What a prediction plan is made from. */
export interface PredictionRequest {
  readonly network: Network;
  readonly masks: Masks;
  readonly parameters: Parameters;
  /** What a byte is multiplied by, an f32. */
  readonly scale: number;
  /** What is done to bytes after that, by channel; absent where nothing is (see `LaidOutData`). */
  readonly channels?: readonly ChannelScaling[];
  /** Most examples of a call. */
  readonly batch: number;
}

/** A network laid out in one arena with the programs that predict. Plain data. */
export interface PredictionPlan {
  /** (batch, inputs) f32, or u8 at its beginning: written before each call. */
  readonly examples: Region;
  /** 1 i32, how many examples the call has, written before it; null if its steps say so. */
  readonly count: Region | null;
  /** (batch, classes) f32. */
  readonly logits: Region;
  /** Programs for examples of u8 and of f32. */
  readonly fromBytes: Region;
  readonly fromFloats: Region;
  /** Examples that a step of a program takes. */
  readonly examplesPerStep: number;
  /** What the arena must hold before the first call. */
  readonly contents: readonly Content[];
  /** Size of the arena in 32-bit words. */
  readonly words: number;
}
