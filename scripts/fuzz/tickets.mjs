// node scripts/fuzz/tickets.mjs [MUTATIONS]: reads mutated tickets; each must give a ticket or a UserError. A million takes about ten minutes.
import { UserError } from '@winnow/arithmetic';
import { readTicket } from '@winnow/runtime';
import { mutated } from '../../packages/formats/dist/ticket/testing/mutate.js';
import { smallSeeingNetwork, ticketOf } from '../../packages/formats/dist/ticket/testing/network-tickets.js';
import { smallWeights } from '../../packages/formats/dist/ticket/testing/small-ticket.js';

const mutations = Number(process.argv[2] ?? 1_000_000);
const limits = { bytes: 10_000, weights: 2000, width: 200, layers: 8 };
const files = [
  smallWeights({ kind: 'uniform', stepsToMean: 2 }).bytes,
  smallWeights({ kind: 'shared', values: 8 }).bytes,
  smallWeights({ kind: 'float16' }).bytes,
  ticketOf(smallSeeingNetwork, { picture: smallSeeingNetwork.image, density: 0.5 }).bytes,
];
let refused = 0;
let slowestMilliseconds = 0;
for (let n = 0; n < mutations; n++) {
  const began = process.cpuUsage();
  try {
    readTicket(mutated(files[n % files.length], n), limits);
  } catch (error) {
    if (!(error instanceof UserError)) {
      console.error(`Mutation ${n}: ${error.stack}`);
      process.exit(1);
    }
    refused++;
  }
  const { user, system } = process.cpuUsage(began);
  slowestMilliseconds = Math.max(slowestMilliseconds, (user + system) / 1000);
}
const memory = Math.round(process.memoryUsage().rss / 2 ** 20);
console.log(
  `${mutations} mutations: ${refused} refused in a sentence, ${mutations - refused} read; the slowest took ${slowestMilliseconds.toFixed(0)} ms of processor time; ${memory} MB of memory.`,
);
