import { describe, expect, it } from 'vitest';
import { densityInk, type Ink, kindLooks } from './palette.js';

type Triple = readonly [number, number, number];

/** Sight without one kind of cone, in linear RGB (Machado, Oliveira & Fernandes 2009, severity 1). */
const sights: Readonly<Record<string, readonly Triple[]>> = {
  'all cones': [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  'no red cones': [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  'no green cones': [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  'no blue cones': [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

const kinds = [...new Set(Object.values(kindLooks).map((look) => look.ink))];
const densities = [0, 1, 2, 3, 4, 5].map((rank) => densityInk(rank, 5));
const papers = { light: '#ffffff', dark: '#16171a' } as const;

describe.each(['light', 'dark'] as const)('inks on %s paper', (paper) => {
  it.each([...kinds, ...densities])('$name stands out', (ink) => {
    const [a, b] = [luminance(linear(ink[paper])), luminance(linear(papers[paper]))];
    expect((Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)).toBeGreaterThan(3);
  });

  describe.each(Object.keys(sights))('to %s', (sight) => {
    it('kinds differ', () => expect(nearest(kinds, paper, sight)).toBeGreaterThan(20));
    it('densities differ', () => expect(nearest(densities, paper, sight)).toBeGreaterThan(20));
  });
});

it('tells kinds apart that share an ink by symbol or dashes', () => {
  const looks = Object.values(kindLooks).map(({ ink, symbol, dash }) => `${ink.name} ${symbol} ${dash}`);
  expect(new Set(looks).size).toBe(looks.length);
});

it('gives as many inks as there are densities, the dense network always its own', () => {
  expect(new Set(densities).size).toBe(6);
  expect(densityInk(0, 3)).toBe(kindLooks.dense.ink);
  expect(new Set([1, 2, 3].map((rank) => densityInk(rank, 3).name)).size).toBe(3);
  expect(densityInk(1, 1).name).toMatch(/^density-/);
});

/** The least distance between two inks of a set in CIE L*a*b*, of which 2 is just visible. */
function nearest(inks: readonly Ink[], paper: 'light' | 'dark', sight: string): number {
  const seen = inks.map((ink) => lab(sights[sight].map((row) => clamp(dot(row, linear(ink[paper]))))));
  const distances = seen.flatMap((a, i) =>
    seen.slice(i + 1).map((b) => Math.hypot(...a.map((value, k) => value - b[k]))),
  );
  return Math.min(...distances);
}

function linear(hex: string): Triple {
  const parts = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
  const [r, g, b] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return [r, g, b];
}

function luminance(rgb: readonly number[]): number {
  return dot([0.2126, 0.7152, 0.0722], rgb);
}

function lab(rgb: readonly number[]): readonly number[] {
  const root = (value: number) => (value > 0.008856 ? Math.cbrt(value) : 7.787 * value + 16 / 116);
  const x = root(dot([0.4124, 0.3576, 0.1805], rgb) / 0.9505);
  const y = root(luminance(rgb));
  const z = root(dot([0.0193, 0.1192, 0.9505], rgb) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
