#!/usr/bin/env node
// Checks that several results of `winnow find --json` hold the same cells with the same bits: `same-digests.mjs a.json b.json …`.
import { readFileSync } from 'node:fs';

const [first, ...others] = process.argv.slice(2).map((path) => ({ path, cells: cellsOf(path) }));
if (others.length === 0) throw new Error('two results are needed');

for (const { path, cells } of others) {
  for (const name of new Set([...first.cells.keys(), ...cells.keys()])) {
    if (first.cells.get(name) === cells.get(name)) continue;
    console.error(`${name}: ${first.cells.get(name)} in ${first.path}, ${cells.get(name)} in ${path}`);
    process.exitCode = 1;
  }
}
if (process.exitCode === undefined)
  console.log(`${first.cells.size} cells, the same bits in ${others.length + 1} results`);

/** Everything of a cell but its speed, by its place. */
function cellsOf(path) {
  const { cells } = JSON.parse(readFileSync(path, 'utf8'));
  return new Map(
    cells.map(({ microsecondsPerStep: _, ...cell }) => {
      return [`trial ${cell.trial}, ${cell.kind} ${cell.level}, replicate ${cell.replicate}`, JSON.stringify(cell)];
    }),
  );
}
