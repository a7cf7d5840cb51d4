/** From the values that a layer reads to those that it gives, in memory of its own or in place. */
export type Stage = (x: Float32Array) => Float32Array;
