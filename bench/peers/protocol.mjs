/**
 * What every JavaScript peer shares: the command line, the files, the clock and the answers. The same protocol as protocol.py:
 * a peer does one job; alone it measures some windows and prints one JSON object; with --serve it says when it is ready and then
 * answers one request a line, { steps } with the mean times of a step and { weights } once it has loaded other weights.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { PICTURE, STANDARD } from '../convnets.mjs';
import { BATCH, splitWeights, uniform } from '../lenet.mjs';
import { summarise, timed } from '../measure.mjs';
import { folderOf } from './peers.mjs';

/** The command line of a peer, complete. */
export function readOptions() {
  const { values } = parseArgs({
    options: {
      job: { type: 'string' },
      network: { type: 'string' },
      weights: { type: 'string' },
      images: { type: 'string' },
      labels: { type: 'string' },
      inputs: { type: 'string' },
      onnx: { type: 'string' },
      batch: { type: 'string', default: String(BATCH) },
      threads: { type: 'string', default: '1' },
      variant: { type: 'string', default: 'best' },
      steps: { type: 'string', default: '20' },
      windows: { type: 'string', default: '40' },
      serve: { type: 'boolean', default: false },
    },
  });
  const { batch, threads, steps, windows, ...rest } = values;
  return { ...rest, batch: +batch, threads: +threads, steps: +steps, windows: +windows };
}

/** The `require` of a peer's own folder. */
export const requireFrom = (name) => createRequire(join(folderOf(name), 'package.json'));

export const readFloats = (path) => {
  const bytes = readFileSync(path);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
};
export const readWeights = (path) => splitWeights(readFloats(path));

/** Images as f32 (count, 784) between 0 and 1, and their labels. */
export function readTrainingSet({ images, labels }) {
  return { images: toFloats(readFileSync(images)), labels: readFileSync(labels) };
}

const SCALE = Math.fround(1 / 255);
const toFloats = (bytes) => Float32Array.from(bytes, (value) => value * SCALE);

/** Pictures as f32 (count, 3, 32, 32), b ÷ 255 × 4 − 2, and their labels. */
export function readPictures({ images, labels }) {
  const { factor, shift } = STANDARD;
  const values = Float32Array.from(readFileSync(images), (byte) => Math.fround(byte * SCALE) * factor + shift);
  return { images: values, labels: readFileSync(labels) };
}

/** The batch on which programs are compared. */
export const firstPictures = ({ images, labels }) => ({
  images: images.subarray(0, BATCH * PICTURE.values),
  labels: labels.subarray(0, BATCH),
});

/** Indices of one batch after the other, in an order drawn beforehand. */
export function* batches(count) {
  const next = uniform(1);
  const order = Int32Array.from({ length: count }, (_, index) => index);
  for (;;) {
    for (let last = count - 1; last > 0; last--) {
      const other = Math.floor(next() * (last + 1));
      [order[last], order[other]] = [order[other], order[last]];
    }
    for (let start = 0; start + BATCH <= count; start += BATCH) yield order.slice(start, start + BATCH);
  }
}

/** As many images as inference takes at a time: f32 (batch, 784). */
export function firstImages({ images, batch }) {
  return toFloats(readFileSync(images).subarray(0, batch * 784));
}

/** What the harness compares: enough to tell a wrong gradient, small enough to print. The sample is spread evenly. */
export function summary(gradients) {
  return gradients.map((values) => ({
    sum: values.reduce((sum, value) => sum + value, 0),
    absoluteSum: values.reduce((sum, value) => sum + Math.abs(value), 0),
    sample: Array.from({ length: 16 }, (_, k) => values[Math.floor(((2 * k + 1) * values.length) / 32)]),
  }));
}

/** Builds each variant, measures it shortly and keeps the one with the best window. variants: { name: async () => job }. */
async function fastest(variants, wanted, steps, turns) {
  const tried = {};
  let running = [];
  for (const [name, build] of Object.entries(variants)) {
    if (wanted !== 'best' && wanted !== name) continue;
    try {
      const job = await build();
      await timed(job, steps);
      running.push({ name, job, times: [] });
    } catch (error) {
      tried[name] = String(error.message).split('\n')[0].slice(0, 160);
    }
  }
  if (running.length === 0) throw new Error(`no variant runs here: ${JSON.stringify(tried)}`);
  for (let turn = 0; turn < turns; turn++) {
    if (turn === 3) {
      // Those that are clearly slower need no more turns.
      const quickest = Math.min(...running.flatMap(({ times }) => times));
      running = running.filter(({ times }) => Math.min(...times) < 1.5 * quickest);
    }
    for (const { name, job, times } of running) {
      await timed(job, 1); // settles caches after the other variant
      times.push((await timed(job, Math.min(steps, 4))).microseconds);
      tried[name] = Math.round(100 * Math.min(...times)) / 100;
    }
  }
  const best = running.reduce((a, b) => (tried[b.name] < tried[a.name] ? b : a));
  return { name: best.name, job: best.job, tried };
}

/** Runs the job of a peer as the command line says, the fastest variant in so many turns. job: { run(steps), load(path) }. */
export async function measure(peer, version, options, variants, turns = 12) {
  const { name, job, tried } = await fastest(variants, options.variant, options.steps, turns);
  const about = {
    peer,
    version,
    job: options.job,
    threads: options.threads,
    options: { variant: name, masked: false, batch: options.batch, tried },
  };
  if (options.serve) {
    say({ ready: true, ...about });
    for await (const line of createInterface({ input: process.stdin })) {
      const request = JSON.parse(line);
      if (request.weights !== undefined) {
        await job.load(request.weights);
        say({ loaded: true });
      } else {
        say(await timed(job, request.steps));
      }
    }
    return;
  }
  const windows = [];
  for (let index = 0; index < options.windows; index++) windows.push(await timed(job, options.steps));
  say({ ...about, ...summarise(windows, options.steps) });
}

/** The same for steps that take seconds. */
export function measureLongSteps(peer, version, options, variants) {
  return measure(peer, version, { ...options, steps: 1 }, variants, 2);
}

export function say(answer) {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
