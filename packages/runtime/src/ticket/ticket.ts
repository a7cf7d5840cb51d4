import type { PictureShape } from '../mask/picture.js';
import type { TrainingRecipe } from './training-recipe.js';

export type TicketLayer =
  | { readonly kind: 'dense'; readonly name: string; readonly inputs: number; readonly outputs: number }
  | {
      readonly kind: 'convolution';
      readonly name: string;
      readonly input: PictureShape;
      readonly output: PictureShape;
      readonly kernel: number;
      readonly stride: number;
      readonly padding: number;
    }
  | { readonly kind: 'relu' }
  | {
      readonly kind: 'max-pool';
      readonly input: PictureShape;
      readonly output: PictureShape;
      readonly size: number;
      readonly stride: number;
    }
  | { readonly kind: 'flatten' };

export type TicketLayerOf<Kind extends TicketLayer['kind']> = Extract<TicketLayer, { readonly kind: Kind }>;

/** A network as a ticket describes it. Its last layer is dense; its outputs are the classes' logits. */
export interface TicketNetwork {
  readonly name: string;
  readonly inputs: number;
  readonly classes: number;
  readonly layers: readonly TicketLayer[];
}

export type TicketInitialisation = 'glorot-normal' | 'glorot-normal-truncated' | 'glorot-uniform' | 'he-normal';

/** From which draw the start values come: contexts of the mask in every body, and the start of a training in `recipe`. */
export interface StartValues {
  readonly initialisation: TicketInitialisation;
  readonly seed: number;
  readonly trial: number;
  readonly draw:
    | { readonly kind: 'initial' }
    | { readonly kind: 'reinit'; readonly level: number; readonly replicate: number };
}

/** Both f32. */
export interface ChannelScaling {
  readonly factor: number;
  readonly shift: number;
}

/** What is known of a network before its mask. */
export interface TicketHeader {
  readonly network: TicketNetwork;
  /** How inputs lie in a picture; null where they do not. */
  readonly picture: PictureShape | null;
  /** What a byte of an image is multiplied by, an f32. */
  readonly scale: number;
  /** For each channel of the picture, what is done to the byte after that: × factor + shift, each rounded to f32. Absent where nothing is. */
  readonly channels?: readonly ChannelScaling[];
  readonly data: { readonly name: string; readonly digest: string };
  /** null for weights that no seed explains. */
  readonly start: StartValues | null;
  /** Of the parameters that the ticket gives: survivors in row order, then biases, layer by layer. 64 hexadecimal digits. */
  readonly digest: string;
  /** Of the data's test images: how many its network classified right, as its writer counted. */
  readonly test: { readonly correct: number; readonly of: number } | null;
}

export type BodyKind = 'recipe' | 'weights' | 'supermask';

/** Bytes of each part; `header` counts magic, lengths and checksum too. */
export interface TicketParts {
  readonly header: number;
  readonly mask: number;
  readonly values: number;
}

/** The parameters of a dense layer or a convolution, zero where a weight is pruned. */
export interface TicketTensors {
  /** (outputs, inputs), or (outputs, channels, kernel, kernel). */
  readonly weights: Float32Array;
  readonly biases: Float32Array;
}

/** A ticket that was read and checked. */
export interface Ticket {
  readonly header: TicketHeader;
  readonly body: BodyKind;
  readonly parts: TicketParts;
  /** For each layer with weights (outputs, inputs), 1 where a weight survives. */
  readonly survives: readonly Uint8Array[];
  /** null in a `recipe`, whose values a training makes. */
  readonly tensors: readonly TicketTensors[] | null;
  /** null but in a `recipe`. */
  readonly training: TrainingRecipe | null;
}
