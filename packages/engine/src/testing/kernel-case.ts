import type { Arena } from '../backends/backend.js';
import { encode } from '../plan/encode.js';
import type { Instruction } from '../plan/instructions.js';
import { createLayout, LINE_WORDS, type Region } from '../plan/layout.js';

/** A program over an arena, that every backend must run with the same bits. */
export interface KernelCase {
  readonly name: string;
  /** The arena before the call. */
  readonly before: Int32Array;
  readonly data: Uint8Array;
  /** Word offset of the program. */
  readonly program: number;
  readonly steps: number;
  /** For messages. */
  readonly regions: readonly Region[];
  /** Regions whose content the instruction table leaves open: scratch wholly, `active` beyond its count. */
  readonly open: { readonly scratch: readonly Region[]; readonly active: Region | null };
}

/** Hands out regions that already hold values. Each call gives the region's word offset. */
export interface ArenaBuilder {
  floats(name: string, values: ArrayLike<number>): number;
  words(name: string, values: ArrayLike<number>): number;
  shorts(name: string, values: ArrayLike<number>): number;
  bytes(name: string, values: ArrayLike<number>): number;
  /** Holds NaN: to be written by the program. */
  space(name: string, words: number): number;
}

type Values = Float32Array | Int32Array | Uint16Array | Uint8Array;

/** Bits of a NaN, in the padding after f32 and in unwritten space: what must not be used shows in the result. */
const UNWRITTEN = 0x7fc0_dead;

/** A case from the values of its regions and the program over them. Regions named "scratch" and "active" are left open. */
export function kernelCase(
  name: string,
  build: (arena: ArenaBuilder) => {
    readonly program: readonly Instruction[];
    readonly steps?: number;
    readonly data?: Uint8Array;
  },
): KernelCase {
  const layout = createLayout();
  const filled: { readonly region: Region; readonly values: Values }[] = [];
  const fill = (region: string, values: Values): number => {
    const added = layout.add(region, Math.ceil(values.byteLength / 4));
    filled.push({ region: added, values });
    return added.offset;
  };
  const { program, steps, data } = build({
    floats: (region, values) => fill(region, Float32Array.from(values)),
    words: (region, values) => fill(region, Int32Array.from(values)),
    shorts: (region, values) => fill(region, Uint16Array.from(values)),
    bytes: (region, values) => fill(region, Uint8Array.from(values)),
    space: (region, words) => layout.add(region, words).offset,
  });
  const at = fill('program', encode(program));

  const before = new Int32Array(layout.words()).fill(UNWRITTEN);
  const bytes = new Uint8Array(before.buffer);
  for (const { region, values } of filled) {
    if (!(values instanceof Float32Array)) before.fill(0, region.offset, region.offset + region.words + LINE_WORDS);
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), 4 * region.offset);
  }
  const named = (region: string): Region | null =>
    layout.regions.find((candidate) => candidate.name === region) ?? null;
  return {
    name,
    before,
    data: data ?? new Uint8Array(64),
    program: at,
    steps: steps ?? 1,
    regions: layout.regions,
    open: { scratch: layout.regions.filter((region) => region.name === 'scratch'), active: named('active') },
  };
}

/** An arena that only holds values and runs nothing. */
export function arenaOf(words: number): Arena {
  const buffer = new ArrayBuffer(4 * words);
  return {
    floats: new Float32Array(buffer),
    words: new Int32Array(buffer),
    run: () => {
      throw new Error('this arena only holds values');
    },
    close: () => {},
  };
}
