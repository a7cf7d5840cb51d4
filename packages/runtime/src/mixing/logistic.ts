import { log64 } from '@winnow/arithmetic';

/** ln(p / (1 − p)), 0 < p < 1. */
export function stretch(probability: number): number {
  return log64(probability / (1 - probability));
}

/** Beyond this a logit says no more than the coder can use. */
const LARGEST = 12;

/** 1 / (1 + e⁻ˣ), the inverse of `stretch`, by + − × ÷ alone: the same bits on every machine. x is held within ±12. */
export function squash(x: number): number {
  const held = Math.max(-LARGEST, Math.min(LARGEST, x));
  // e⁻ˣ as the 4096th power, by squaring twelve times, of Taylor's series for e^(−x / 4096).
  const small = -held / 4096;
  let power = 1 + small * (1 + small * (1 / 2 + small / 6));
  for (let i = 0; i < 12; i++) power *= power;
  return 1 / (1 + power);
}
