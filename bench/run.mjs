#!/usr/bin/env node
/**
 * Winnow beside its peers, in one run: node bench/run.mjs [--sections training,search,…] [--peers torch,jax,…] [--peers-only]
 * [--networks conv-2,…] [--rounds 10] [--iterations 12000] [--search-steps 600] [--data folder] [--json]. Set peers up with node bench/peers/setup.mjs; one
 * that is not there is left out with a line.
 */
import { arch, cpus, type } from 'node:os';
import { parseArgs } from 'node:util';
import { NETWORKS } from './convnets.mjs';
import { trainingSet } from './dataset.mjs';
import * as winnow from './ours.mjs';
import { isInstalled, PEERS } from './peers/peers.mjs';
import { convolutionTables, wasmConvolutionTables } from './sections/convolution.mjs';
import { engineTables } from './sections/engines.mjs';
import { inferenceTables } from './sections/inference.mjs';
import { kernelTables } from './sections/kernels.mjs';
import { memoryTables, startTables } from './sections/program.mjs';
import { rooflineTables } from './sections/roofline.mjs';
import { searchTables } from './sections/search.mjs';
import { supermaskTables } from './sections/supermask.mjs';
import { trainingTables } from './sections/training.mjs';
import { trialTables } from './sections/trials.mjs';
import { Session } from './session.mjs';
import { formatTable, tableToJson, threeDigits } from './table.mjs';
import { verdicts } from './targets.mjs';

const SECTIONS = [
  'training',
  'engines',
  'convolution',
  'convolution-wasm',
  'supermask',
  'search',
  'trials',
  'inference',
  'start',
  'memory',
  'kernels',
  'roofline',
];
const say = (line) => console.error(`bench: ${line}`);

try {
  await main(orExit(2, readOptions));
} catch (error) {
  say(error.message);
  process.exit(1);
}

/** What `read` returns; a mistake on the command line is told and ends the program with `code`. */
function orExit(code, read) {
  try {
    return read();
  } catch (error) {
    say(error.message);
    process.exit(code);
  }
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      sections: { type: 'string', default: SECTIONS.join() },
      peers: { type: 'string', default: Object.keys(PEERS).join() },
      'peers-only': { type: 'boolean', default: false },
      networks: { type: 'string', default: NETWORKS.join() },
      rounds: { type: 'string', default: '10' },
      iterations: { type: 'string', default: '12000' },
      'search-steps': { type: 'string', default: '600' },
      data: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  return {
    sections: chosen(values.sections, SECTIONS, '--sections'),
    peers: chosen(values.peers, Object.keys(PEERS), '--peers'),
    networks: chosen(values.networks, NETWORKS, '--networks'),
    peersOnly: values['peers-only'],
    rounds: positive(values.rounds, '--rounds'),
    iterations: positive(values.iterations, '--iterations'),
    searchSteps: positive(values['search-steps'], '--search-steps'),
    data: values.data,
    json: values.json,
  };
}

function chosen(text, known, option) {
  const names = text.split(',').filter((name) => name !== '');
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`${option} has no "${unknown}". Choose from ${known.join(', ')}.`);
  return names;
}

function positive(text, option) {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`${option} must be a whole number from 1, not "${text}".`);
  return value;
}

async function main({ sections, networks, peers, peersOnly, rounds, iterations, searchSteps, data, json }) {
  const there = peers.filter((name) => {
    if (!isInstalled(name)) say(`${PEERS[name].title} is not set up: run node bench/peers/setup.mjs ${name}.`);
    return isInstalled(name);
  });
  const set = trainingSet(data);
  const session = new Session({ peers: there, set, ours: peersOnly ? undefined : winnow, say, repeats: { rounds } });
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
  ]) {
    process.once(signal, () => {
      session.close();
      process.exit(128 + number);
    });
  }
  const machine = {
    processor: cpus()[0].model,
    cores: cpus().length,
    system: `${type()} ${arch()}`,
    node: process.versions.node,
    data: set.name,
  };
  if (!json) console.log(headline(machine));
  try {
    const tables = [];
    for await (const table of measured(session, { sections, networks, iterations, searchSteps })) {
      tables.push(table);
      if (!json) console.log(`\n${formatTable(table)}`);
    }
    if (!json && !peersOnly) console.log(`\n${formatVerdicts(verdicts(tables))}`);
    if (json) console.log(JSON.stringify(report(machine, session, tables), null, 2));
  } finally {
    session.close();
  }
}

/** The tables of all sections, each as soon as it is there. */
async function* measured(session, { sections, networks, iterations, searchSteps }) {
  let steps;
  if (sections.includes('training')) {
    for await (const table of trainingTables(session)) {
      steps ??= table;
      yield table;
    }
  }
  if (sections.includes('engines')) yield* engineTables(session);
  if (sections.includes('convolution')) yield* convolutionTables(session, networks);
  if (sections.includes('convolution-wasm')) yield* wasmConvolutionTables(session, networks);
  if (sections.includes('supermask')) yield* supermaskTables(session);
  if (sections.includes('search')) yield* searchTables(session, iterations, searchSteps);
  if (sections.includes('trials')) yield* trialTables(session);
  if (sections.includes('inference')) yield* inferenceTables(session);
  if (sections.includes('start')) yield* startTables(session);
  if (sections.includes('memory')) yield* memoryTables(session);
  if (sections.includes('kernels')) yield* kernelTables(session);
  if (sections.includes('roofline')) yield* rooflineTables(session, steps);
}

function report(machine, session, tables) {
  const command = ['node bench/run.mjs', ...process.argv.slice(2)].join(' ');
  return {
    command,
    machine,
    peers: session.about,
    targets: verdicts(tables),
    tables: tables.map((table) => tableToJson(table)),
  };
}

/** One line for each target that this run measured. */
function formatVerdicts(all) {
  const lines = all
    .filter(({ isReached }) => isReached !== null)
    .map(({ what, unit, atLeast, atMost, median, isReached }) => {
      const bound = atLeast === undefined ? `at most ${atMost}` : `at least ${atLeast}`;
      return `${isReached ? 'reached    ' : 'not reached'}  ${what}: ${threeDigits(median)} ${unit}, should be ${bound}`;
    });
  return ['Targets, by medians', ...lines].join('\n');
}

function headline({ processor, cores, node, data }) {
  return `${processor}, ${cores} cores; Node ${node}; ${data}. Medians of windows measured in turns in one run.`;
}
