import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesByAccuracy } from './bytes-by-accuracy.js';
import { paretoFront, type ShrinkFile, smallestFile } from './shrink-result.js';

const file = (bytes: number, validationAccuracy: number): ShrinkFile => ({
  ...{ name: `${bytes}-${validationAccuracy}`, kind: 'ticket', values: 4, shift: 0, distil: null, bytes },
  ...{
    body: 'weights',
    weights: 10,
    density: 0.1,
    validationAccuracy,
    testAccuracy: validationAccuracy - 0.01,
    digest: '',
  },
});
const files = fc.array(
  fc
    .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 12 }))
    .map(([bytes, right]) => file(bytes, right / 12)),
  { minLength: 1, maxLength: 20 },
);

describe('the smallest file', () => {
  it('keeps the floor on validation data, and no smaller one does', () => {
    fc.assert(
      fc.property(files, fc.integer({ min: 0, max: 13 }), (all, twelfths) => {
        const floor = twelfths / 12;
        const found = smallestFile(all, floor);
        const able = all.filter(({ validationAccuracy }) => validationAccuracy >= floor);
        if (found === null) expect(able).toEqual([]);
        else {
          expect(found.validationAccuracy).toBeGreaterThanOrEqual(floor);
          expect(found.bytes).toBe(Math.min(...able.map(({ bytes }) => bytes)));
        }
      }),
    );
  });
});

describe('the front', () => {
  it('holds exactly the files that no other is better than in one respect and as good in the other', () => {
    fc.assert(
      fc.property(files, (all) => {
        const beats = (a: ShrinkFile, b: ShrinkFile): boolean =>
          a.bytes <= b.bytes &&
          a.validationAccuracy >= b.validationAccuracy &&
          (a.bytes < b.bytes || a.validationAccuracy > b.validationAccuracy);
        const best = new Set(all.filter((one) => !all.some((other) => beats(other, one))).map(({ name }) => name));
        const front = paretoFront(all);
        expect(new Set(front.map(({ name }) => name))).toEqual(best);
        expect(front.map(({ bytes }) => bytes)).toEqual(
          [...new Set(front.map(({ bytes }) => bytes))].sort((a, b) => a - b),
        );
      }),
    );
  });
});

describe('the figure of accuracy against bytes', () => {
  const three = [file(1000, 0.9), file(2000, 0.95), { ...file(3000, 0.94), kind: 'supermask' as const }];

  it('has a symbol for each file in both panels, anchors by name, and needs two files', () => {
    const anchors = [{ name: 'Deep Compression', bytes: 27_000, testAccuracy: 0.9842 }];
    const svg = bytesByAccuracy([{ label: null, files: three }], anchors, 0.93, 'wide')!;
    const frames = svg.slice(svg.indexOf('Validation data'));
    const groups = [...frames.matchAll(/aria-label="dot"[^>]*>(.*?)<\/g>/g)].map(([, group]) => group);
    const symbols = groups.reduce((sum, group) => sum + (group.match(/<(path|circle) /g)?.length ?? 0), 0);
    expect(symbols).toBe(2 * 3 + 1);
    expect(svg).toContain('Deep Compression');
    expect(svg).toContain('supermask');
    expect(bytesByAccuracy([{ label: null, files: three.slice(0, 1) }], [], null, 'wide')).toBe(null);
  });

  it.each(['wide', 'narrow'] as const)('is as it was: %s', async (layout) => {
    const series = [
      { label: 'as they are', files: three },
      { label: 'shifted', files: [file(1500, 0.96), file(2500, 0.97)] },
    ];
    await expect(bytesByAccuracy(series, [], 0.93, layout)).toMatchFileSnapshot(
      `snapshots/bytes-by-accuracy-${layout}.svg`,
    );
  });
});
