/**
 * Codes one bit, in either direction, so that one model serves both: a writer takes `bit`, writes it and returns it; a
 * reader ignores `bit` and returns the next one. `probability` is that of a 1, a whole number of 2⁻¹⁶ from 1 to 65,535.
 */
export type BitCoder = (probability: number, bit: number) => number;
