import type { Layer } from './network.js';

/** A layer before it stands in a network: what it reads follows from its place there. */
export type LayerSpec =
  | { readonly kind: 'dense'; readonly outputs: number; readonly name: string | null }
  | { readonly kind: 'relu' };

/** A fully connected layer. Without a name it is called after its place: "dense 1", "dense 2", … */
export function dense(outputs: number, name: string | null = null): LayerSpec {
  return { kind: 'dense', outputs, name };
}

/** max(x, 0) over the layer before. */
export function relu(): LayerSpec {
  return { kind: 'relu' };
}

/** Values of one example after the layer, if `inputs` go in. */
export function outputsOf(layer: Layer, inputs: number): number {
  switch (layer.kind) {
    case 'dense':
      return layer.outputs;
    case 'relu':
      return inputs;
  }
}
