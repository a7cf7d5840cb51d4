/** 266200 → "266,200". */
export const count = (value: number): string => value.toLocaleString('en-US');

/** 0.0363 → "3.6 %". */
export const percent = (fraction: number, digits = 1): string => `${(100 * fraction).toFixed(digits)} %`;

/** Difference of two fractions in percentage points, with its sign: 0.0021 → "+0.21". */
export function points(difference: number, digits = 2): string {
  const rounded = (100 * difference).toFixed(digits);
  if (Number(rounded) === 0) return (0).toFixed(digits);
  return difference > 0 ? `+${rounded}` : rounded.replace('-', '−');
}

/** Seconds in the two largest units that matter: "8 s", "3 min 20 s", "2 h 5 min"; from a hundred hours on in days. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return whole % 60 === 0 ? `${minutes} min` : `${minutes} min ${whole % 60} s`;
  if (minutes >= 6000) return `${count(Math.round(minutes / 1440))} days`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Bytes in decimal units: "9.5 KB", "12 MB". */
export function bytes(value: number): string {
  if (value < 1000) return `${value} B`;
  const units = ['KB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length, Math.floor((String(Math.round(value)).length - 1) / 3));
  const scaled = value / [1e3, 1e6, 1e9, 1e12][power - 1]!;
  return `${scaled < 10 ? scaled.toFixed(1) : Math.round(scaled)} ${units[power - 1]}`;
}
