/** Number of the arithmetic contract (docs/arithmetic.md): raised by whatever changes a bit; part of every cell's name. */
export const arithmetic = 1;

/** Lanes of a block: activations are stored feature by feature with 64 examples side by side. */
export const LANES = 64;

/** Virtual lanes of a sum over a batch, reduced at the end by the halving tree 8-4-2-1. */
export const VIRTUAL_LANES = 16;
