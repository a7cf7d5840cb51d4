#!/usr/bin/env node
/**
 * Does other software give the same predictions with what Winnow writes? onnxruntime by ONNX (also with sparse initialisers) and
 * PyTorch by safetensors, on all test images, for dense, pruned and convolutional networks:
 *
 *     node bench/peers/setup.mjs onnxruntime torch
 *     node bench/check-exports.mjs [--json]
 *
 * Who is not set up is skipped with a line. Exit code 1 if anything differs by more than rounding.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeDenseTensors, writeOnnx } from '@winnow/formats';
import { compareLogits, labelOf } from './exports/compare.mjs';
import { BATCH, exported } from './exports/networks.mjs';
import { isInstalled, PEERS, pythonOf } from './peers/peers.mjs';
import { requireFrom } from './peers/protocol.mjs';

const { values: flags } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
const metadata = { from: 'bench/check-exports.mjs' };
const folder = mkdtempSync(join(tmpdir(), 'winnow-exports-'));

/** Each way to take a network elsewhere: { name, peer, logits(network, set) }. */
const ways = [
  { name: 'onnxruntime', peer: 'onnxruntime', logits: (net, set) => byOnnxruntime(net, set, false) },
  { name: 'onnxruntime, sparse', peer: 'onnxruntime', logits: (net, set) => byOnnxruntime(net, set, true) },
  { name: 'PyTorch, safetensors', peer: 'torch', logits: byTorch },
];

async function byOnnxruntime({ network, masks, parameters }, { inputs }, sparse) {
  const ort = requireFrom('onnxruntime')('onnxruntime-node');
  const session = await ort.InferenceSession.create(writeOnnx(network, masks, parameters, { sparse, metadata }), {
    // That a sparse initialiser is unfolded is told as a warning each time.
    logSeverityLevel: 3,
  });
  const images = inputs.length / network.inputs;
  const logits = new Float32Array(images * network.classes);
  for (let first = 0; first < images; first += BATCH) {
    const x = inputs.subarray(network.inputs * first, network.inputs * (first + BATCH));
    const answer = await session.run({ x: new ort.Tensor('float32', x, [x.length / network.inputs, network.inputs]) });
    logits.set(answer.logits.data, network.classes * first);
  }
  return logits;
}

function byTorch({ network, masks, parameters }, { inputs }) {
  const file = (name) => join(folder, name);
  writeFileSync(file('network.json'), JSON.stringify(network));
  writeFileSync(file('weights.safetensors'), writeDenseTensors(network, masks, parameters, metadata));
  writeFileSync(file('inputs'), new Uint8Array(inputs.buffer));
  const program = fileURLToPath(new URL('exports/torch_exports.py', import.meta.url));
  execFileSync(
    pythonOf('torch'),
    [
      program,
      ...['--network', file('network.json'), '--weights', file('weights.safetensors')],
      ...['--inputs', file('inputs'), '--logits', file('logits')],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' },
  );
  const bytes = readFileSync(file('logits'));
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

/** Why a peer cannot be asked, or null. */
function missing(peer) {
  if (!isInstalled(peer)) return `it is not set up: node bench/peers/setup.mjs ${peer}`;
  if (peer !== 'torch') return null;
  try {
    execFileSync(pythonOf(peer), ['-c', 'import torch, safetensors'], { stdio: ['ignore', 'ignore', 'pipe'] });
    return null;
  } catch (error) {
    return String(error.stderr || error.message)
      .trim()
      .split('\n')
      .at(-1);
  }
}

const skipped = Object.fromEntries(
  [...new Set(ways.map(({ peer }) => peer))].map((peer) => [peer, missing(peer)]).filter(([, why]) => why !== null),
);
for (const [peer, why] of Object.entries(skipped)) console.error(`${PEERS[peer].title}: skipped, ${why}`);

const rows = [];
try {
  const { set, networks } = await exported();
  if (!flags.json) console.log(`${set.labels.length} test images of ${set.name}\n`);
  for (const net of networks) {
    const classes = net.network.classes;
    const right = set.labels.reduce(
      (sum, label, i) => sum + (labelOf(net.logits.subarray(classes * i, classes * (i + 1))) === label ? 1 : 0),
      0,
    );
    for (const way of ways) {
      if (way.peer in skipped) continue;
      const row = {
        network: net.title,
        accuracy: right / set.labels.length,
        by: way.name,
        ...compareLogits(net.logits, await way.logits(net, set), classes),
      };
      rows.push(row);
      if (!flags.json) console.log(shown(row));
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
const agree = rows.every(({ agrees }) => agrees);
if (flags.json) console.log(JSON.stringify({ rows, skipped, agree }, null, 2));
else if (rows.length > 0) console.log(agree ? '\nAll agree.' : '\nNot all agree.');
process.exitCode = agree ? 0 : 1;

function shown({ network, accuracy, by, labelsThatDiffer, largestDifference, allowed, agrees }) {
  const share = `${(100 * accuracy).toFixed(2)} %`;
  return `${agrees ? 'ok   ' : 'FAIL '} ${network.padEnd(22)} ${share}  ${by.padEnd(21)} ${labelsThatDiffer} labels differ, logits by ${largestDifference.toExponential(1)} at most (allowed ${allowed.toExponential(1)})`;
}
