import { LANES } from '../../contract.js';
import { laneOffsets, type Memory, type Operands } from './memory.js';

/** dx = Wᵀ dy: for each lane from +0, over ascending outputs; zero where the gate is shut. */
export function denseInputGradient(memory: Memory, o: Operands<'denseInputGradient'>): void {
  const { floats } = memory;
  const stride = LANES;
  const dxLanes = laneOffsets(o.inputs, o.blocks);
  const dyLanes = laneOffsets(o.outputs, o.blocks);
  for (let column = 0; column < o.inputs; column++) {
    for (let lane = 0; lane < dyLanes.length; lane++) {
      const dy = o.dy + dyLanes[lane];
      let sum = 0;
      for (let row = 0; row < o.outputs; row++) {
        const weight = floats[o.weights + row * o.inputs + column];
        sum = Math.fround(sum + Math.fround(weight * floats[dy + row * stride]));
      }
      floats[o.dx + dxLanes[lane] + column * stride] = sum;
    }
  }
  applyGate(memory, o);
}

/** The same over survivors only: columns in row chunks, their values found by the permutation. */
export function compressedInputGradient(memory: Memory, o: Operands<'compressedInputGradient'>): void {
  const { floats, words, shorts } = memory;
  const stride = LANES;
  const dxLanes = laneOffsets(o.inputs, o.blocks);
  const dyLanes = laneOffsets(o.outputs, o.blocks);
  floats.fill(0, o.dx, o.dx + o.inputs * dxLanes.length);
  for (let chunk = 0; chunk < o.chunkCount; chunk++) {
    const firstRow = words[o.chunks + 2 * chunk];
    for (let s = words[o.chunks + 2 * chunk + 1]; s < words[o.chunks + 2 * chunk + 3]; s++) {
      const column = words[o.segments + 3 * s];
      const start = words[o.segments + 3 * s + 1];
      const count = words[o.segments + 3 * s + 2];
      for (let lane = 0; lane < dyLanes.length; lane++) {
        const dx = o.dx + dxLanes[lane] + column * stride;
        for (let place = start; place < start + count; place++) {
          const row = firstRow + shorts[2 * o.indices + place];
          const weight = floats[o.values + words[o.permutation + place]];
          floats[dx] += Math.fround(weight * floats[o.dy + dyLanes[lane] + row * stride]);
        }
      }
    }
  }
  applyGate(memory, o);
}

interface Gated {
  readonly inputs: number;
  readonly blocks: number;
  readonly gate: number;
  readonly dx: number;
}

function applyGate({ floats }: Memory, { inputs, blocks, gate, dx }: Gated): void {
  if (gate === 0) return;
  const count = inputs * blocks * LANES;
  for (let i = 0; i < count; i++) {
    if (!(floats[gate + i] > 0)) floats[dx + i] = 0;
  }
}
