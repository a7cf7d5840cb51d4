/** Numbers as a reader of English expects them. A true minus sign, a space before the per cent sign. */

/** 266200 → "266,200". */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** 0.0358 → "3.6 %", 0.0045 → "0.45 %", 1 → "100 %". */
export function densityPercent(density: number): string {
  return `${densityNumber(density)} %`;
}

/** The same without its unit, for axes: one decimal, two significant digits below 1 %. */
export function densityNumber(density: number): string {
  const percent = 100 * density;
  if (percent >= 99.95) return '100';
  return percent >= 0.995 ? percent.toFixed(1) : percent.toPrecision(2);
}

/** 0.9803 → "98.03 %". */
export function accuracyPercent(accuracy: number): string {
  return `${(100 * accuracy).toFixed(2)} %`;
}

/** A difference of accuracies in percentage points: 0.002 → "+0.2", −0.011 → "−1.1", 0 → "±0.0". */
export function points(difference: number, digits = 1): string {
  const size = Math.abs(100 * difference).toFixed(digits);
  if (Number(size) === 0) return `±${size}`;
  return difference < 0 ? `−${size}` : `+${size}`;
}

/** How fast against the dense network: "learns 1.4 × faster", "learns as fast", "learns 1.2 × slower". */
export function learningSpeed(denseIterations: number, iterations: number): string {
  const factor = denseIterations / iterations;
  const size = (factor < 1 ? 1 / factor : factor).toFixed(1);
  if (size === '1.0') return 'learns as fast';
  return `learns ${size} × ${factor < 1 ? 'slower' : 'faster'}`;
}

/** A loss with four decimals. */
export function loss(value: number): string {
  return value.toFixed(4);
}

/** 1, "trial" → "1 trial"; 3, "trial" → "3 trials". */
export function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** "Conv-2" of "conv-2". */
export const capitalised = (name: string): string => `${name[0].toUpperCase()}${name.slice(1)}`;
