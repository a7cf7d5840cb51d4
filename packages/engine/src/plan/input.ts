import type { ChannelScaling } from '@winnow/data';
import { LANES } from '../contract.js';
import type { Instruction } from './instructions.js';
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
  /** (features read) f32 each: what the values are multiplied by and what is added, after the scale; null where nothing is done. */
  readonly standard: { readonly factors: Content; readonly shifts: Content } | null;
  /** (1 + features read) i32: count, then the features; null where all are read. */
  readonly needed: Content | null;
  /** (1 + features read) i32, written with each batch: count, then the rows of x that are lit in it. */
  readonly active: Region;
}

/** Gives the input its regions. @param all features of an example @param features that the first layer reads, ascending @param channels see `LaidOutData` */
export function planInput(
  all: number,
  features: Uint32Array,
  blocks: number,
  layout: Layout,
  channels?: readonly ChannelScaling[],
): Input {
  const count = features.length;
  const list = 'needed features';
  return {
    features,
    x: layout.add('input', blocks * count * LANES),
    scale: layout.add('input scale', 1),
    standard: channels === undefined ? null : planStandard(all, features, layout, channels),
    needed: count === all ? null : { region: layout.add(list, 1 + count), values: Uint32Array.of(count, ...features) },
    active: layout.add('active features', 1 + count),
  };
}

/** What the input's regions hold from the start. @param scale see `Input` */
export function inputContents({ scale: region, standard, needed }: Input, scale: number): readonly Content[] {
  const factor = { region, values: Float32Array.of(scale) };
  return [
    factor,
    ...(standard === null ? [] : [standard.factors, standard.shifts]),
    ...(needed === null ? [] : [needed]),
  ];
}

function planStandard(all: number, features: Uint32Array, layout: Layout, channels: readonly ChannelScaling[]) {
  const table = (name: string, of: (channel: ChannelScaling) => number): Content => ({
    region: layout.add(name, features.length),
    values: Float32Array.from(features, (feature) => of(channels[Math.floor((feature * channels.length) / all)])),
  });
  return {
    factors: table('input factors', ({ factor }) => factor),
    shifts: table('input shifts', ({ shift }) => shift),
  };
}

/** What follows the loading of a batch. @param sizes see `standardise` */
export function standardised(
  { standard, features, x }: Input,
  blocks: number,
  { sizes, count }: { readonly sizes: number; readonly count: number },
): readonly Instruction[] {
  if (standard === null) return [];
  return [
    {
      op: 'standardise',
      features: features.length,
      blocks,
      sizes,
      count,
      factors: standard.factors.region.offset,
      shifts: standard.shifts.region.offset,
      x: x.offset,
    },
  ];
}
