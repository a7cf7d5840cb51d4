/** A piece of the arena: `words` 32-bit words from word `offset` on, which lies on a 64-byte line. */
export interface Region {
  readonly name: string;
  readonly offset: number;
  readonly words: number;
}

/** Hands out the arena from its beginning. */
export interface Layout {
  add(name: string, words: number): Region;
  /** Words handed out so far. */
  words(): number;
  readonly regions: readonly Region[];
}

/** Words of a 64-byte line. */
export const LINE_WORDS = 16;

/** So many words, filled up to whole lines. */
export function wholeLines(words: number): number {
  return Math.ceil(words / LINE_WORDS) * LINE_WORDS;
}

/**
 * Regions on lines, each followed by a whole line of padding, so that a kernel may read past an end. The first line is
 * left free: offset 0 means "none" in instructions.
 * @param from the first word, on a line; more than the default to go on behind another layout
 */
export function createLayout(from: number = LINE_WORDS): Layout {
  const regions: Region[] = [];
  let end = from;
  return {
    add: (name, words) => {
      const region = { name, offset: end, words };
      regions.push(region);
      end += (Math.ceil(words / LINE_WORDS) + 1) * LINE_WORDS;
      return region;
    },
    words: () => end,
    regions,
  };
}
