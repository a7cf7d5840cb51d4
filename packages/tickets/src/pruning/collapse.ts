/** What is wrong, and what to do, when a layer loses its last weight. */
export function collapsed(layer: string, level: number): string {
  const less = level > 1 ? `--levels ${level - 1}` : 'a smaller --rate';
  return `layer "${layer}" has no weights left at level ${level}. Prune less (${less}), or keep one with --keep-layers-alive.`;
}
