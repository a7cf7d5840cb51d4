import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from '../measure.mjs';
import { folderOf, nodePackage, PEERS } from '../peers/peers.mjs';

const MEASURE = fileURLToPath(new URL('../../kernels/measure.mjs', import.meta.url));
const DENSITIES = [1, 0.2, 0.05];
const STEPS = 150;
const ROUNDS = 5;
/** The instruction set with four floats a vector, as WebAssembly has. */
const NATIVE = process.arch === 'arm64' ? 'native/neon' : 'native/baseline';

/** WebAssembly on several versions of Node, beside native code of the same width: what the engine costs. */
export async function* engineTables(session) {
  if (session.ours === undefined || session.set.name !== 'MNIST') return;
  session.say('WebAssembly engines');
  const engines = [
    { title: 'winnow', node: process.execPath, backend: NATIVE },
    { title: `Node ${process.versions.node}`, node: process.execPath, backend: 'wasm' },
    ...session.peers.filter((name) => PEERS[name].kind === 'engine').flatMap(installedEngine),
  ];
  const times = engines.map(() => DENSITIES.map(() => []));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [e, engine] of engines.entries()) {
      for (const [d, { step }] of measured(engine).entries()) times[e][d].push(step);
    }
  }
  yield {
    id: 'engines',
    title: `LeNet-300-100 training step, WebAssembly by engine, beside ${NATIVE} (4 floats a vector as well)`,
    unit: 'µs',
    columns: engines.map(({ title }) => title),
    rows: DENSITIES.map((density, d) => ({
      label: `${100 * density} %`,
      cells: times.map((all) => ({ median: median(all[d]), best: Math.min(...all[d]) })),
    })),
    notes: [`"winnow" is ${NATIVE} here. Medians of ${ROUNDS} processes in turns, each the median of ${STEPS} steps.`],
  };
}

function installedEngine(name) {
  const node = join(folderOf(name), 'node_modules', nodePackage, 'bin', 'node');
  return existsSync(node) ? [{ title: PEERS[name].title, node, backend: 'wasm' }] : [];
}

function measured({ node, backend }) {
  const asked = ['--backend', backend, '--density', DENSITIES.join(), '--steps', String(STEPS), '--json'];
  return JSON.parse(execFileSync(node, [MEASURE, ...asked], { encoding: 'utf8' })).results;
}
