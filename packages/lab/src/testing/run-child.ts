// A process of its own that runs a tiny experiment and can be told to die, as by kill -9, at a given moment:
//     node run-child.js FOLDER '{"workers": 2, "input": …, "die": { "call": "rename", "at": 3, "when": "before" } }'
// It prints one line of JSON for each event, and at the end the digests.
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import type { ExperimentInput } from '../experiment/schema.js';

/** What the child is told. */
export interface ChildOrder {
  readonly workers: number;
  readonly input: Partial<ExperimentInput>;
  /** The n-th call of this file-system function, and whether it dies before or after it. */
  readonly die: {
    readonly call: 'rename' | 'open' | 'rm';
    readonly at: number;
    readonly when: 'before' | 'after';
  } | null;
}

const [folder, text] = process.argv.slice(2);
const order = JSON.parse(text) as ChildOrder;
if (order.die !== null) armDeath(order.die);

// Loaded after the file system is prepared.
const { runExperiment } = await import('../run/run-experiment.js');
const { tinyExperiment } = await import('./experiments.js');

const { cells } = await runExperiment(tinyExperiment(order.input), {
  out: folder,
  workers: order.workers,
  checkpointEverySeconds: 0,
  choice: { backend: 'reference' },
  onEvent: (event) => console.log(JSON.stringify({ kind: event.kind })),
});
console.log(JSON.stringify({ kind: 'done', digests: cells.map(({ digest }) => digest) }));

function armDeath({ call, at, when }: NonNullable<ChildOrder['die']>): void {
  const original = promises[call] as (...args: unknown[]) => Promise<unknown>;
  let calls = 0;
  const deadly = async (...args: unknown[]) => {
    calls++;
    if (calls === at && when === 'before') process.kill(process.pid, 'SIGKILL');
    const result = await original.apply(promises, args);
    if (calls === at && when === 'after') process.kill(process.pid, 'SIGKILL');
    return result;
  };
  Object.assign(promises, { [call]: deadly });
  syncBuiltinESMExports();
}
