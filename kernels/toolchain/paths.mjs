import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const kernelsFolder = fileURLToPath(new URL('..', import.meta.url));
export const sourceFolder = join(kernelsFolder, 'src');
/** Everything that is built; not under version control. */
export const buildFolder = join(kernelsFolder, 'build');

export const sourceFiles = () => readdirSync(sourceFolder).sort();
