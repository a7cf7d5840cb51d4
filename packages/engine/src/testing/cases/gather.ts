import { fillUint32 } from '@winnow/arithmetic';
import { LANES } from '../../contract.js';
import { LINE_BYTES } from '../../data/laid-out-data.js';
import { type KernelCase, kernelCase } from '../kernel-case.js';
import { caseStream } from '../values.js';

export interface GatherOf {
  readonly features: number;
  readonly examples: number;
  readonly batch: number;
  /** Examples in the second step's batch. */
  readonly shortBatch: number;
  /** null for all features. */
  readonly needed: Needed | null;
  /** Whether the active ones are asked for. */
  readonly listed: boolean;
  readonly seed: number;
}

/** Which features x is to hold, and what to call them. */
export interface Needed {
  readonly name: string;
  readonly has: (feature: number) => boolean;
}

const SCALE = Math.fround(1 / 255);

/** Two steps: a full batch and a short one, with examples that come twice. */
export function gatherCase(of: GatherOf): KernelCase {
  const { features, examples, batch, shortBatch, seed } = of;
  const blocks = Math.ceil(batch / LANES);
  const labels = 1 + Math.ceil((examples * features) / LINE_BYTES);
  const data = new Uint8Array((labels + 1 + Math.ceil(examples / LINE_BYTES)) * LINE_BYTES);
  data.set(
    pixels(seed, examples * features, (i) => i % features),
    LINE_BYTES,
  );
  data.set(
    words(seed, 1, examples).map((word) => word % 10),
    labels * LINE_BYTES,
  );
  const held = heldFeatures(features, of.needed);
  return kernelCase(`gather ${features} features, batch ${batch} then ${shortBatch}${described(of)}`, (arena) => ({
    data,
    steps: 2,
    program: [
      {
        op: 'gather',
        images: 1,
        labels,
        features,
        batch,
        blocks,
        indices: arena.words(
          'indices',
          words(seed, 2, 2 * batch).map((word) => word % examples),
        ),
        sizes: arena.words('sizes', [batch, shortBatch]),
        scale: arena.floats('scale', [SCALE]),
        needed: of.needed === null ? 0 : arena.words('needed', [held.length, ...held]),
        x: arena.space('x', blocks * held.length * LANES),
        targets: arena.space('targets', blocks * LANES),
        active: of.listed ? arena.space('active', 1 + held.length) : 0,
      },
    ],
  }));
}

/** Loads three blocks one after the other into the same place. */
export function loadBlockCase(of: Pick<GatherOf, 'features' | 'needed' | 'listed' | 'seed'>): KernelCase {
  const { features, seed } = of;
  const blocks = 3;
  const data = new Uint8Array((1 + blocks * features) * LINE_BYTES);
  data.set(
    pixels(seed, blocks * features * LANES, (i) => Math.floor(i / LANES) % features),
    LINE_BYTES,
  );
  const held = heldFeatures(features, of.needed);
  return kernelCase(`load block of ${features} features${described(of)}`, (arena) => ({
    data,
    steps: blocks,
    program: [
      {
        op: 'loadBlock',
        images: 1,
        features,
        scale: arena.floats('scale', [SCALE]),
        needed: of.needed === null ? 0 : arena.words('needed', [held.length, ...held]),
        x: arena.space('x', held.length * LANES),
        active: of.listed ? arena.space('active', 1 + held.length) : 0,
      },
    ],
  }));
}

function heldFeatures(features: number, needed: Needed | null): readonly number[] {
  const all = Array.from({ length: features }, (_, feature) => feature);
  return needed === null ? all : all.filter(needed.has);
}

function described({ needed, listed }: Pick<GatherOf, 'needed' | 'listed'>): string {
  return `${needed === null ? '' : `, ${needed.name} needed`}${listed ? ', active listed' : ''}`;
}

/** Pixels of which about two thirds are 0, and every fifth feature is never lit. */
function pixels(seed: number, count: number, featureOf: (i: number) => number): Uint8Array {
  return Uint8Array.from(words(seed, 0, count), (word, i) =>
    featureOf(i) % 5 === 3 || word % 3 > 0 ? 0 : word >>> 24,
  );
}

function words(seed: number, purpose: number, count: number): Uint32Array {
  const drawn = new Uint32Array(count);
  fillUint32(caseStream(seed, purpose), drawn);
  return drawn;
}
