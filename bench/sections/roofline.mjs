import { compressedLimit, roofline } from '../roofline/roofline.mjs';

/** What the machine can do at most, and how much of that Winnow's training steps reach. `steps` is the table of the steps. */
export function* rooflineTables(session, steps) {
  session.say('roofline');
  const results = roofline();
  yield {
    id: 'limits',
    title: "The machine's limits, 1 thread, multiply and add apart",
    unit: 'GFLOP/s or GB/s',
    columns: ['rate'],
    rows: results.map(({ name, bits, unit, median, best }) => ({
      label: `${name}, ${bits} bits, ${unit}`,
      cells: [{ median, best }],
    })),
  };
  if (steps?.columns[0] === 'winnow') yield shares(steps, compressedLimit(results));
}

/** Multiply-adds that survivors need, over the step's whole time, as a share of the limit of the compressed inner loop. */
function shares(steps, limit) {
  return {
    id: 'step-shares',
    title: `Share of the load-bound peak (${limit.median} GFLOP/s at ${limit.bits} bits), whole steps`,
    unit: '%',
    columns: ['share'],
    rows: steps.rows.map(({ label, cells, multiplyAdds }) => {
      const share = (microseconds, rate) => (100 * 2 * multiplyAdds) / (microseconds * 1e3) / rate;
      return {
        label,
        cells: [
          {
            median: share(cells[0].medianMicroseconds, limit.median),
            best: share(cells[0].bestMicroseconds, limit.best),
          },
        ],
      };
    }),
    notes: [
      'Batch, loss and optimizer are in the time and not in the work; terms skipped because they are zero count as done.',
    ],
  };
}
