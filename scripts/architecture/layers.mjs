/** The layers, highest first: a package imports only what stands further down. */
export const layers = ['winnow', 'cli', 'lab', 'formats', 'runtime', 'tickets', 'engine', 'data', 'arithmetic'];

/** Packages that may import less than their place allows. */
export const narrower = {
  /** The command goes through the same packages as everyone; the entry point is for other people's code. */
  winnow: layers.filter((name) => name !== 'winnow' && name !== 'cli'),
  /** It runs in any browser, so it carries nothing along. */
  runtime: ['arithmetic'],
};

/** Packages whose TypeScript decides bits of results (docs/arithmetic.md). */
export const deterministic = ['arithmetic', 'engine', 'tickets', 'formats', 'runtime'];

/** What a package may import. */
export const allowedImports = (name) => narrower[name] ?? layers.slice(layers.indexOf(name) + 1);

/** `@winnow/engine` → `engine`, `winnow` → `winnow`, `node:fs` → null. */
export function packageOf(specifier) {
  const match = /^(?:@winnow\/([^/]+)|(winnow)(?:\/|$))/.exec(specifier);
  return match ? (match[1] ?? match[2]) : null;
}
