import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where Winnow keeps data that it has fetched: `$XDG_CACHE_HOME/winnow`, else `~/.cache/winnow`. */
export function cacheFolder(name: string): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'winnow', name);
}
