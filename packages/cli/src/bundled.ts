import { readFileSync, statSync } from 'node:fs';

/**
 * A command's module: as `bundle.mjs` wrote it, all in a file or two, which starts sooner; if there is none, or something was compiled since, by
 * itself, with all the modules it uses one by one.
 */
export async function bundled<Module>(name: string, single: () => Promise<Module>): Promise<Module> {
  const folder = new URL('./bundle/', import.meta.url);
  return isFresh(folder) ? ((await import(new URL(`${name}.js`, folder).href)) as Module) : single();
}

/** Whether the stamp in this folder says of each file when it was last written. */
export function isFresh(folder: URL): boolean {
  try {
    const stamp = JSON.parse(readFileSync(new URL('stamp.json', folder), 'utf8')) as readonly [string, number][];
    return stamp.every(([file, written]) => statSync(new URL(file, folder)).mtimeMs === written);
  } catch {
    return false;
  }
}
