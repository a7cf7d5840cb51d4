import { normals, startStream, TRUNCATED_DEVIATION, truncatedNormals, uniforms } from '@winnow/arithmetic';
import type { MaskLayer } from '../mask/mask-layer.js';
import type { StartValues, TicketHeader, TicketInitialisation } from './ticket.js';
import { type TicketWeightLayer, weightLayers } from './weight-layers.js';

/** The layers of a network as the coder of masks sees them: start values are grown from the seed, 0 where there is none. */
export function maskLayersOf({
  network,
  picture,
  start,
}: Pick<TicketHeader, 'network' | 'picture' | 'start'>): readonly MaskLayer[] {
  return weightLayers(network, picture).map((layer, l) => ({
    ...layer,
    initial: start === null ? new Float32Array(layer.inputs * layer.outputs) : startValues(layer, l, start),
    deviation: start === null ? 1 : deviationOf(start.initialisation, layer),
  }));
}

/** Start values (outputs, inputs) of a layer: standard draws in f32 times a scale in f64, rounded once (docs/arithmetic.md). */
function startValues(layer: TicketWeightLayer, l: number, start: StartValues): Float32Array {
  const values = drawOf(start.initialisation)(startStream(start, l), layer.inputs * layer.outputs);
  const scale = scaleOf(start.initialisation, layer);
  for (let i = 0; i < values.length; i++) values[i] *= scale;
  return values;
}

function drawOf(initialisation: TicketInitialisation): typeof normals {
  if (initialisation === 'glorot-uniform') return uniforms;
  return initialisation === 'glorot-normal-truncated' ? truncatedNormals : normals;
}

function scaleOf(initialisation: TicketInitialisation, { inputs, fanOut }: TicketWeightLayer): number {
  switch (initialisation) {
    case 'glorot-normal':
      return Math.sqrt(2 / (inputs + fanOut));
    case 'glorot-normal-truncated':
      return Math.sqrt(2 / (inputs + fanOut)) / TRUNCATED_DEVIATION;
    case 'glorot-uniform':
      return Math.sqrt(6 / (inputs + fanOut));
    case 'he-normal':
      return Math.sqrt(2 / inputs);
  }
}

/** The standard deviation of what is drawn. */
function deviationOf(initialisation: TicketInitialisation, { inputs, fanOut }: TicketWeightLayer): number {
  return Math.sqrt(2 / (initialisation === 'he-normal' ? inputs : inputs + fanOut));
}
