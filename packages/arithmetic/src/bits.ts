// Scratch for reading a number's bits: written and read inside one call, it carries nothing from call to call.
const float32 = new Float32Array(1);
const word32 = new Int32Array(float32.buffer);

/** The 32 bits of the f32 nearest to x, as a signed integer. */
export function bitsOfFloat32(x: number): number {
  float32[0] = x;
  return word32[0];
}

/** The f32 that has these 32 bits. */
export function float32OfBits(bits: number): number {
  word32[0] = bits;
  return float32[0];
}
