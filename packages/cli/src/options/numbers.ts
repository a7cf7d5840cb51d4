import { listed, UserError } from '@winnow/arithmetic';

/** Bounds of a number that a flag takes. `above` excludes its bound, `from` includes it; likewise `below` and `to`. */
export interface Bounds {
  readonly from?: number;
  readonly above?: number;
  readonly to?: number;
  readonly below?: number;
}

type Parser<T> = (text: string) => T;

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Reads a whole number for a flag such as `--levels`. @throws UserError for anything else, or out of bounds */
export function wholeNumber(flag: string, bounds: Bounds): Parser<number> {
  return (text) => {
    const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!Number.isSafeInteger(value) || !within(value, bounds)) throw refusal(flag, 'a whole number', bounds, text);
    return value === 0 ? 0 : value;
  };
}

/** Reads a number for a flag such as `--lr`. @throws UserError for anything else, or out of bounds */
export function number(flag: string, bounds: Bounds): Parser<number> {
  return (text) => {
    const value = decimal.test(text) ? Number(text) : Number.NaN;
    if (!Number.isFinite(value) || !within(value, bounds)) throw refusal(flag, 'a number', bounds, text);
    return value === 0 ? 0 : value;
  };
}

/** Reads a fraction, also written as per cent: `0.036` or `3.6%`. @throws UserError for anything else, or out of bounds */
export function fraction(flag: string, bounds: Bounds): Parser<number> {
  return (text) => {
    const share = /^(\d+\.?\d*|\.\d+) ?%$/.exec(text);
    const value = share ? Number(`${share[1]}e-2`) : decimal.test(text) ? Number(text) : Number.NaN;
    if (!within(value, bounds)) throw refusal(flag, 'a fraction', bounds, text);
    return value === 0 ? 0 : value;
  };
}

/** Reads ascending whole numbers separated by commas. @throws UserError for anything else */
export function wholeNumbers(flag: string, bounds: Bounds): Parser<readonly number[]> {
  const one = wholeNumber(flag, bounds);
  return (text) => {
    const values = text.split(',').map((part) => one(part.trim()));
    if (values.some((value, at) => at > 0 && value <= values[at - 1]!)) {
      throw new UserError(`${flag} must be whole numbers in ascending order, separated by commas, not "${text}".`);
    }
    return values;
  };
}

/** Reads numbers separated by commas. @throws UserError for anything else, or out of bounds */
export function numbers(flag: string, bounds: Bounds): Parser<readonly number[]> {
  const one = number(flag, bounds);
  return (text) => text.split(',').map((part) => one(part.trim()));
}

/** Reads one of a few words. @throws UserError that names them all */
export function oneOf<T extends string>(flag: string, words: readonly T[]): Parser<T> {
  return (text) => {
    const found = words.find((word) => word === text);
    if (found === undefined) throw new UserError(`${flag} must be ${listed(words, 'or')}, not "${text}".`);
    return found;
  };
}

/** Reads several of a few words, separated by commas, or `none`. @throws UserError that names them all */
export function someOf<T extends string>(flag: string, words: readonly T[]): Parser<readonly T[]> {
  return (text) => {
    if (text === 'none') return [];
    const asked = text.split(',').map((part) => part.trim());
    const wrong = asked.find((word) => !words.some((known) => known === word));
    if (wrong !== undefined) {
      throw new UserError(
        `${flag} must be none, or one or more of ${listed(words, 'and')} separated by commas, not "${text}".`,
      );
    }
    return words.filter((word) => asked.includes(word));
  };
}

const within = (value: number, { from, above, to, below }: Bounds): boolean =>
  !Number.isNaN(value) &&
  (from === undefined || value >= from) &&
  (above === undefined || value > above) &&
  (to === undefined || value <= to) &&
  (below === undefined || value < below);

function refusal(flag: string, kind: string, { from, above, to, below }: Bounds, text: string): UserError {
  const limits = [
    from === undefined ? [] : `at least ${from}`,
    above === undefined ? [] : `above ${above}`,
    to === undefined ? [] : `at most ${to}`,
    below === undefined ? [] : `below ${below}`,
  ].flat();
  const range = limits.length === 0 ? '' : `, ${limits.join(' and ')}`;
  return new UserError(`${flag} must be ${kind}${range}, not "${text}".`);
}
