#!/usr/bin/env node
// Prints code of the README, so that CI runs what readers run: `readme.mjs sh 1` the first block of shell, `readme.mjs js 1`
// the first example. `readme.mjs links` checks that what it points to is there.
import { existsSync, readFileSync } from 'node:fs';

const root = new URL('../../', import.meta.url);
const text = readFileSync(new URL('README.md', root), 'utf8');
const [what, number = '1'] = process.argv.slice(2);

if (what === 'links') {
  const targets = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, target]) => target);
  const missing = targets.filter((target) => !existsSync(new URL(target, root)));
  for (const target of missing) console.error(`README.md points to ${target}, which is not there.`);
  process.exitCode = missing.length > 0 ? 1 : 0;
} else {
  const blocks = [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].filter(([, language]) => language === what);
  const block = blocks[Number(number) - 1];
  if (block === undefined) {
    console.error(`README.md has no block ${number} of ${what}.`);
    process.exitCode = 1;
  } else {
    process.stdout.write(block[2]);
  }
}
