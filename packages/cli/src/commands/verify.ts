import { RunError } from '@winnow/arithmetic';
import { backendChoiceFromEnvironment, loadBackend } from '@winnow/engine';
import { judgeOf } from '@winnow/formats';
import { idleThreads } from '@winnow/lab';
import { Command } from 'commander';
import { growShown, requireSameData } from '../ticket/grow.js';
import { dataOf } from '../ticket/ticket-data.js';
import { readTicketFile } from '../ticket/ticket-file.js';
import { count, percent } from '../view/format.js';

interface VerifyFlags {
  readonly data?: string;
  readonly json?: boolean;
}

const examples = `
Examples:
  winnow verify digits.ticket
  winnow verify digits.ticket --data mnist --json`;

export function verifyCommand(): Command {
  return new Command('verify')
    .description(
      'Proves a ticket: its digest, computed again, and its accuracy on test images. A recipe is trained for it.',
    )
    .argument('<file>', 'a .ticket file')
    .option('--data <name>', "as for find --data (default: the ticket's)")
    .option('--json', 'print one JSON object')
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', examples)
    .action(verify);
}

async function verify(file: string, { data: spec, json = false }: VerifyFlags): Promise<void> {
  const ticket = await readTicketFile(file);
  const backend = await loadBackend(backendChoiceFromEnvironment(process.env));
  const { set, data } = await dataOf(ticket, spec);
  if (ticket.body === 'recipe') requireSameData(ticket, set.name, set.digest);
  const { network, masks, parameters, digest } = await growShown(ticket, backend, data, json);
  if (digest !== ticket.header.digest)
    throw new RunError(
      `${file} does not give the network that it names: digest ${digest}, not ${ticket.header.digest}.`,
    );
  const judge = judgeOf({ backend, threads: idleThreads(backend), network, data }, set.test.count);
  const { correct, of } = judge.test(masks, parameters);
  const told = ticket.header.test;
  if (set.digest === ticket.header.data.digest && told !== null && told.correct !== correct)
    throw new RunError(`${file} claims ${count(told.correct)} right test images, but it has ${count(correct)}.`);
  if (json) console.log(JSON.stringify({ testAccuracy: correct / of, digest }));
  else
    console.log(
      `${file} is in order: ${percent(correct / of, 2)} on the test images of "${set.name}". Digest ${digest}`,
    );
}
