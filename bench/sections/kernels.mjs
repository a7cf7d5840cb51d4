import { loadBackend } from '@winnow/engine';
import { measureRoofline } from '../../kernels/harness/roofline.mjs';
import { mnistTraining, timeSteps } from '../../kernels/harness/step-times.mjs';
import { LANES } from '../lenet.mjs';

const DENSITIES = [0.5, 0.2, 0.05];
const STEPS = 300;

/** The compressed kernels, timed instruction by instruction as kernels/measure.mjs does, beside an ideal loop over the survivors. */
export async function* kernelTables(session) {
  if (session.ours === undefined || session.set.name !== 'MNIST') return;
  session.say('kernels');
  const backend = await loadBackend({ backend: 'native' });
  const { survivors } = await measureRoofline(backend.isa);
  const data = mnistTraining();
  const profiles = [];
  const rows = DENSITIES.map((density) => {
    const { weights, multiplyAdds, parts, step } = timeSteps(backend, data, density, STEPS);
    profiles.push(profileOf(density, step, parts));
    const work = { Forward: weights * LANES, Update: weights * LANES };
    work.InputGradient = multiplyAdds - work.Forward - work.Update;
    const share = (kernels, which) => {
      const time = parts.reduce(
        (sum, part) => sum + (kernels.some((kernel) => part.name.startsWith(`compressed${kernel}`)) ? part[which] : 0),
        0,
      );
      const operations = 2 * kernels.reduce((sum, kernel) => sum + work[kernel], 0);
      // 1 GFLOP/s is 1000 operations a microsecond.
      return (100 * operations) / (1e3 * survivors) / time;
    };
    const cell = (...kernels) => ({ median: share(kernels, 'microseconds'), best: share(kernels, 'best') });
    return {
      label: `${100 * density} %`,
      cells: [cell('Forward', 'InputGradient', 'Update'), cell('Forward'), cell('InputGradient'), cell('Update')],
    };
  });
  yield {
    id: 'kernels',
    title: `Share of the load-bound peak (${survivors} GFLOP/s, ${backend.isa}) in the compressed kernels`,
    unit: '%',
    columns: ['all three', 'forward', 'input gradient', 'weight gradient and Adam'],
    rows,
    notes: [
      'The peak is the inner loop over survivors, everything in the first-level cache: eight loads and one broadcast for 64 lanes. Adam is in the time and not in the work; terms left out because they are zero count as done.',
      ...profiles,
    ],
  };
}

/** The instructions of a step that take a hundredth of it or more, in the order of the step. */
function profileOf(density, step, parts) {
  const shown = parts.filter(({ microseconds }) => microseconds >= step / 100);
  const times = shown.map(({ name, microseconds }) => `${name} ${microseconds.toFixed(1)}`).join(', ');
  return `Profile of a step at ${100 * density} %, µs of ${step.toFixed(1)}: ${times}.`;
}
