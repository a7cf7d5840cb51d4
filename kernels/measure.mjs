#!/usr/bin/env node
// Times one training step (LeNet-300-100 on MNIST; conv-N, resnet-20 or vgg-19 on made-up pictures) for each backend and several densities:
//   node kernels/measure.mjs [--network conv-2] [--threads 2] [--backend native/avx2,wasm] [--density 1,0.5] [--steps 1000] [--best] [--json]
// Microseconds: median and least of a step; of each instruction the median or (--best) the least. The share of the roofline is the time
// that an ideal loop over the survivors (harness/roofline.c) would take, in the step's least time.
import { parseArgs } from 'node:util';
import { measureRoofline } from './harness/roofline.mjs';
import { madeUpPictures, mnistTraining, nameOf, timeSteps } from './harness/step-times.mjs';

const { availableBackends } = await import(new URL('../packages/engine/dist/backends/load.js', import.meta.url));

const { values: options } = parseArgs({
  options: {
    network: { type: 'string', default: 'lenet-300-100' },
    threads: { type: 'string', default: '1' },
    backend: { type: 'string' },
    density: { type: 'string', default: '1,0.5,0.2,0.1,0.05,0.036,0.02,0.01' },
    steps: { type: 'string' },
    best: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

const wanted = options.backend?.split(',');
const backends = (await availableBackends()).filter((backend) =>
  wanted === undefined ? backend.name !== 'reference' : wanted.includes(nameOf(backend)),
);
const isConvolution = !options.network.startsWith('lenet');
const data = isConvolution ? madeUpPictures() : mnistTraining();
const steps = Number(options.steps ?? (isConvolution ? 5 : 1000));
const setting = { name: options.network, threads: Number(options.threads) };
const rooflines = {};
const results = [];
for (const backend of backends) {
  const name = nameOf(backend);
  if (backend.isa !== null) rooflines[name] = await measureRoofline(backend.isa);
  for (const density of options.density.split(',').map(Number)) {
    const times = timeSteps(backend, data, density, steps, setting);
    results.push(times);
    if (!options.json) print(times, rooflines[name]);
  }
}
if (options.json) console.log(JSON.stringify({ rooflines, results }, null, 2));

function print({ backend, density, weights, step, best, multiplyAdds, parts }, roofline) {
  const percent = Number((100 * density).toPrecision(3));
  // 1 GFLOP/s is 1000 operations a microsecond.
  const ideal = roofline && (2 * multiplyAdds) / (1000 * roofline.survivors);
  const share = roofline ? `, ${((100 * ideal) / best).toFixed(0)} % of the roofline` : '';
  console.log(
    `${backend}, ${percent} % (${weights} weights): ${step.toFixed(1)} µs a step, best ${best.toFixed(1)}${share}`,
  );
  console.log(
    [...byName(parts)]
      .map(([name, { count, sum }]) => `  ${count === 1 ? '' : `${count} × `}${name} ${sum.toFixed(1)}`)
      .join(''),
  );
}

/** Instructions that do the same are added up. */
function byName(parts) {
  const all = new Map();
  for (const part of parts) {
    const { count, sum } = all.get(part.name) ?? { count: 0, sum: 0 };
    all.set(part.name, { count: count + 1, sum: sum + (options.best ? part.best : part.microseconds) });
  }
  return all;
}
