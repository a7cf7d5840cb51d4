import { UserError } from '@winnow/arithmetic';
import { type LayerSpec, outputsOf } from './layers.js';
import type { Layer, Network } from './network.js';

/**
 * A network from its layers, first to last. It ends with a dense layer, whose outputs are the classes' logits.
 *
 *     network('small', 784, [dense(100), relu(), dense(10)])
 *
 * @throws UserError if a size is no positive integer, a name is used twice, a ReLU does not follow a dense layer, or
 * the last layer is not dense
 */
export function network(name: string, inputs: number, specs: readonly LayerSpec[]): Network {
  requireSize(name, 'inputs', inputs);
  const layers: Layer[] = [];
  let width = inputs;
  for (const spec of specs) {
    const layer = placed(name, spec, width, layers);
    layers.push(layer);
    width = outputsOf(layer, width);
  }
  if (layers.at(-1)?.kind !== 'dense') {
    throw new UserError(`Network "${name}" must end with a dense layer, whose outputs are the classes.`);
  }
  return { name, inputs, classes: width, layers };
}

function placed(network: string, spec: LayerSpec, inputs: number, before: readonly Layer[]): Layer {
  switch (spec.kind) {
    case 'dense': {
      const name = spec.name ?? `dense ${before.filter((layer) => layer.kind === 'dense').length + 1}`;
      requireSize(network, `outputs of layer "${name}"`, spec.outputs);
      if (before.some((layer) => layer.kind === 'dense' && layer.name === name)) {
        throw new UserError(`Network "${network}" has two layers named "${name}". Give each its own name.`);
      }
      return { kind: 'dense', name, inputs, outputs: spec.outputs };
    }
    case 'relu':
      if (before.at(-1)?.kind !== 'dense') {
        throw new UserError(`Network "${network}" has a ReLU that does not follow a dense layer.`);
      }
      return { kind: 'relu' };
  }
}

function requireSize(network: string, what: string, size: number): void {
  if (Number.isInteger(size) && size >= 1 && size <= 0x7fff_ffff) return;
  throw new UserError(`Network "${network}": the ${what} must be a positive integer, not ${size}.`);
}
