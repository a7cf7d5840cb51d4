#!/usr/bin/env node
// Checks that the map in ARCHITECTURE.md is the house: every source file is on it, by its path or its folder's, and nothing else.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readWorkspace } from '../architecture/workspace.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const [, map] = readFileSync(`${root}ARCHITECTURE.md`, 'utf8').split(/^## Every file$/m);
const sections = [...map.matchAll(/^### `([^`]+)`([\s\S]*?)(?=^##|(?![\s\S]))/gm)];
const entries = sections.flatMap(([, folder, text]) =>
  [...text.matchAll(/^- ((?:`[^`]+`(?:, )?)+)/gm)].flatMap(([, names]) =>
    [...names.matchAll(/`([^`]+)`/g)].map(([, name]) => `${folder}/${name}`),
  ),
);
const folders = sections.map(([, folder]) => `${folder}/`);

const gone = entries.filter((path) => !existsSync(root + path));
const missing = readWorkspace(root)
  .files.filter(
    ({ path, isTest }) => folders.some((folder) => path.startsWith(folder)) && (!isTest || path.includes('cases')),
  )
  .map(({ path }) => path)
  .filter((path) => !path.endsWith('/index.ts') && !/\.test\.[a-z]+$/.test(path))
  .filter((path) => !entries.some((entry) => path === entry || (entry.endsWith('/') && path.startsWith(entry))));

for (const path of gone) console.error(`ARCHITECTURE.md: ${path} is not there.`);
for (const path of missing) console.error(`ARCHITECTURE.md: ${path} is not on the map.`);
process.exitCode = gone.length + missing.length > 0 ? 1 : 0;
