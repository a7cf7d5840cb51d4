import { balancedBounds, partOf } from './division.js';

/** The surviving weights of a matrix in the order of a mask: `lines` (rows, say) and `places` within them (columns). */
export interface Entries {
  readonly lineCount: number;
  readonly placeCount: number;
  /** Line of each entry. */
  readonly line: Uint32Array;
  /** Place of each entry within its line, ascending among the entries of a line. */
  readonly place: Uint32Array;
}

/** The compressed form's structure, as the instruction table describes it. Without the values. */
export interface Structure {
  readonly chunkCount: number;
  /** Places that a chunk spans, but for the last. */
  readonly width: number;
  /** (chunkCount + 1, 2) i32. */
  readonly chunks: Int32Array;
  /** (segments, 3) i32. */
  readonly segments: Int32Array;
  /** (entries) u16. */
  readonly indices: Uint16Array;
  /** (entries) u32: which entry each place of the storage order holds. */
  readonly order: Uint32Array;
  /** (parts + 1) i32: where the lines of each thread's part begin, and where they end. */
  readonly bounds: Int32Array;
}

/** In which order a part's lines are stored. It changes no bit. */
export type LineOrder =
  /** By descending count (equal counts by ascending line), so that a kernel's loops over lines of equal length end predictably. */
  | 'by-count'
  /** As they are, so that neighbours among them find their values near each other in the order of another structure. */
  | 'ascending';

/** Cuts the places into chunks of `width` and stores chunk by chunk, within a chunk part by part, in a part line by line. */
export function compress(entries: Entries, width: number, parts = 1, order: LineOrder = 'by-count'): Structure {
  const { lineCount, placeCount, line, place } = entries;
  const chunkCount = Math.ceil(placeCount / width);
  const counts = new Uint32Array(chunkCount * lineCount);
  for (let e = 0; e < line.length; e++) counts[Math.floor(place[e] / width) * lineCount + line[e]]++;

  const bounds = balancedBounds(countsOf(line, lineCount), parts);
  const chunks = new Int32Array(2 * (chunkCount + 1));
  const segments: number[] = [];
  const next = new Uint32Array(counts.length);
  let stored = 0;
  for (let chunk = 0; chunk < chunkCount; chunk++) {
    chunks.set([chunk * width, segments.length / 3], 2 * chunk);
    const countOf = counts.subarray(chunk * lineCount, (chunk + 1) * lineCount);
    for (const l of ordered(countOf, bounds, order)) {
      segments.push(l, stored, countOf[l]);
      next[chunk * lineCount + l] = stored;
      stored += countOf[l];
    }
  }
  chunks.set([placeCount, segments.length / 3], 2 * chunkCount);

  const indices = new Uint16Array(line.length);
  const entryAt = new Uint32Array(line.length);
  for (let e = 0; e < line.length; e++) {
    const chunk = Math.floor(place[e] / width);
    const at = next[chunk * lineCount + line[e]]++;
    indices[at] = place[e] - chunk * width;
    entryAt[at] = e;
  }
  return { chunkCount, width, chunks, segments: Int32Array.from(segments), indices, order: entryAt, bounds };
}

/** The lines that have entries, part by part. */
function ordered(counts: Uint32Array, bounds: Int32Array, order: LineOrder): Uint32Array {
  const lines = Uint32Array.from(counts.keys()).filter((l) => counts[l] > 0);
  // Parts are of neighbouring lines.
  if (order === 'ascending') return lines;
  const part = (l: number) => partOf(l, bounds);
  return lines.sort((a, b) => part(a) - part(b) || counts[b] - counts[a] || a - b);
}

function countsOf(line: Uint32Array, lineCount: number): Uint32Array {
  const counts = new Uint32Array(lineCount);
  for (const l of line) counts[l]++;
  return counts;
}
