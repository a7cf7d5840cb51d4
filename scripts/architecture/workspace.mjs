import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseSource } from './parse.mjs';

const skipped = new Set(['node_modules', 'dist', 'build', 'runs', 'coverage', '.git', '.peers']);
const isSource = (name) => /\.(ts|mts|mjs|js|c|h)$/.test(name);

function* walk(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (skipped.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path);
    else yield path;
  }
}

/** Reads every source file and every package.json of the workspace at `root`. */
export function readWorkspace(root) {
  const files = [];
  const manifests = [];
  for (const path of walk(root)) {
    const name = relative(root, path).replaceAll('\\', '/');
    if (isSource(name)) files.push(sourceFile(name, readFileSync(path, 'utf8')));
    const match = /^packages\/([^/]+)\/package\.json$/.exec(name);
    if (match) manifests.push({ path: name, package: match[1], ...JSON.parse(readFileSync(path, 'utf8')) });
  }
  return { files, manifests };
}

/** A source file with what the rules need to know of it. `package` is null outside packages/. */
export function sourceFile(path, text) {
  const inPackage = /^packages\/([^/]+)\//.exec(path);
  return {
    path,
    package: inPackage ? inPackage[1] : null,
    isTest: /\.(test|cases)\.[mc]?[tj]s$/.test(path) || path.includes('/testing/'),
    lines: text.split('\n').length - (text.endsWith('\n') ? 1 : 0),
    ...(/\.(c|h)$/.test(path) ? { imports: [], facts: [] } : parseSource(path, text)),
  };
}
