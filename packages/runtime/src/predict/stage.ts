import type { TicketLayerOf, TicketTensors } from '../ticket/ticket.js';

/** From the values that a layer reads to those that it gives, in memory of its own or in place. */
export type Stage = (x: Float32Array) => Float32Array;

/**
 * Makes the stage of a dense layer: for each output the sum starts at the bias and runs over ascending inputs. undefined for a layer that it
 * is not made for.
 */
export type DenseKernel = (layer: TicketLayerOf<'dense'>, tensors: TicketTensors) => Stage | undefined;
