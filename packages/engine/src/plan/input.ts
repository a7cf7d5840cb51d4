import { LANES } from '../contract.js';
import type { Layout, Region } from './layout.js';
import type { Content } from './plan.js';

/** The first layer's input: the features that it reads. */
export interface Input {
  /** Ascending. */
  readonly features: Uint32Array;
  /** (blocks, features read, 64) f32. */
  readonly x: Region;
  /** 1 f32: what a byte is multiplied by. */
  readonly scale: Region;
  /** (1 + features read) i32: count, then the features; null where all are read. */
  readonly needed: Content | null;
  /** (1 + features read) i32, written with each batch: count, then the rows of x that are lit in it. */
  readonly active: Region;
}

/** Gives the input its regions. @param all features of an example @param features that the first layer reads, ascending */
export function planInput(all: number, features: Uint32Array, blocks: number, layout: Layout): Input {
  const count = features.length;
  const list = 'needed features';
  return {
    features,
    x: layout.add('input', blocks * count * LANES),
    scale: layout.add('input scale', 1),
    needed: count === all ? null : { region: layout.add(list, 1 + count), values: Uint32Array.of(count, ...features) },
    active: layout.add('active features', 1 + count),
  };
}

/** What the input's regions hold from the start. @param scale see `Input` */
export function inputContents({ scale: region, needed }: Input, scale: number): readonly Content[] {
  const factor = { region, values: Float32Array.of(scale) };
  return needed === null ? [factor] : [factor, needed];
}
