import { fillUint32 } from '@winnow/arithmetic';
import { LANES } from '../../contract.js';
import { type ArenaBuilder, type KernelCase, kernelCase } from '../kernel-case.js';
import { activation, caseStream, draws } from '../values.js';

export interface RowsOf {
  readonly features: number;
  /** Examples, in as many steps as they have blocks. */
  readonly count: number;
  readonly seed: number;
}

export interface LoadedRowsOf extends RowsOf {
  /** Features that x holds, ascending; null for all. */
  readonly needed: readonly number[] | null;
  /** Whether the lit rows of x are listed. */
  readonly listed: boolean;
}

const SCALE = Math.fround(1 / 255);

/** Every fifth feature is never lit. */
const isDark = (position: number, features: number): boolean => (position % features) % 5 === 3;

export function loadRowsCase(of: LoadedRowsOf): KernelCase {
  const { features, count, seed } = of;
  return kernelCase(`load ${count} rows of ${features} bytes${described(of)}`, (arena) => ({
    steps: Math.ceil(count / LANES),
    program: [
      {
        op: 'loadRows',
        rows: arena.bytes('rows', pixels(seed, count, features)),
        features,
        count: arena.words('count', [count]),
        scale: arena.floats('scale', [SCALE]),
        ...loaded(arena, of),
      },
    ],
  }));
}

export function loadFloatRowsCase(of: LoadedRowsOf): KernelCase {
  const { features, count, seed } = of;
  const rows = draws(seed, 0, count * features).map((value, i) =>
    isDark(i, features) || Math.abs(value) < 0.6 ? 0 : value,
  );
  return kernelCase(`load ${count} rows of ${features} f32${described(of)}`, (arena) => ({
    steps: Math.ceil(count / LANES),
    program: [
      {
        op: 'loadFloatRows',
        rows: arena.floats('rows', rows),
        features,
        count: arena.words('count', [count]),
        ...loaded(arena, of),
      },
    ],
  }));
}

function loaded(arena: ArenaBuilder, { features, needed, listed }: LoadedRowsOf) {
  const held = needed?.length ?? features;
  return {
    needed: needed === null ? 0 : arena.words('needed', [held, ...needed]),
    x: arena.space('x', held * LANES),
    active: listed ? arena.space('active', 1 + held) : 0,
  };
}

function described({ needed, listed }: LoadedRowsOf): string {
  return `${needed === null ? '' : `, ${needed.length} of them needed`}${listed ? ', lit listed' : ''}`;
}

export function storeRowsCase({ features, count, seed }: RowsOf): KernelCase {
  return kernelCase(`store ${count} rows of ${features}`, (arena) => ({
    steps: Math.ceil(count / LANES),
    program: [
      {
        op: 'storeRows',
        features,
        count: arena.words('count', [count]),
        x: arena.floats('x', activation(seed, 0, features, LANES)),
        rows: arena.space('rows', count * features),
      },
    ],
  }));
}

/** As many steps as examples, each into the same place. */
export function loadExampleCase({ features, count, seed }: RowsOf): KernelCase {
  return kernelCase(`load ${count} examples of ${features} bytes one by one`, (arena) => ({
    steps: count,
    program: [
      {
        op: 'loadExample',
        rows: arena.bytes('rows', pixels(seed, count, features)),
        features,
        scale: arena.floats('scale', [SCALE]),
        x: arena.space('x', features),
      },
    ],
  }));
}

/** About two thirds are 0. */
function pixels(seed: number, count: number, features: number): Uint8Array {
  const drawn = new Uint32Array(count * features);
  fillUint32(caseStream(seed, 0), drawn);
  return Uint8Array.from(drawn, (word, i) => (isDark(i, features) || word % 3 > 0 ? 0 : word >>> 24));
}
