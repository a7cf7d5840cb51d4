import type { Backend, Fault } from '../backends/backend.js';
import type { Region } from '../plan/layout.js';
import type { KernelCase } from './kernel-case.js';

/** What a backend made of a case. */
export interface CaseResult {
  readonly after: Int32Array;
  readonly fault: Fault | null;
}

export function runCase(backend: Backend, { before, data, program, steps }: KernelCase, threads = 1): CaseResult {
  const arena = backend.open(before.length, data, threads);
  try {
    arena.words.set(before);
    const fault = arena.run(program, steps);
    return { after: arena.words.slice(), fault };
  } finally {
    arena.close();
  }
}

/** Words that the instruction table leaves open, given what a correct run left behind. */
export function openRanges({ open }: KernelCase, after: Int32Array): readonly Pick<Region, 'offset' | 'words'>[] {
  const { scratch, active } = open;
  const ranges: Pick<Region, 'offset' | 'words'>[] = [...scratch];
  if (active !== null) {
    const used = 1 + after[active.offset];
    ranges.push({ offset: active.offset + used, words: active.words - used });
  }
  return ranges;
}

/** Where two results differ: one line a region, empty if nowhere. Every NaN counts as the same. */
export function differences(c: KernelCase, expected: CaseResult, actual: CaseResult): readonly string[] {
  const left = new Uint8Array(expected.after.length);
  for (const { offset, words } of openRanges(c, expected.after)) left.fill(1, offset, offset + words);
  const byRegion = new Map<string, string>();
  for (let word = 0; word < expected.after.length; word++) {
    const [a, b] = [expected.after[word], actual.after[word]];
    if (a === b || left[word] === 1 || (isNaNBits(a) && isNaNBits(b))) continue;
    const region = c.regions.findLast(({ offset }) => offset <= word);
    const name = region?.name ?? 'before the first region';
    const place = word - (region?.offset ?? 0);
    if (!byRegion.has(name)) byRegion.set(name, `${name}[${place}]: ${hex(b)} in place of ${hex(a)}`);
  }
  return [...byRegion.values()];
}

function isNaNBits(word: number): boolean {
  return (word & 0x7fff_ffff) > 0x7f80_0000;
}

function hex(word: number): string {
  return `0x${(word >>> 0).toString(16).padStart(8, '0')} (${new Float32Array(Int32Array.of(word).buffer)[0]})`;
}
