import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { RunError } from '@winnow/arithmetic';
import { backendChoiceFromEnvironment, loadBackend } from '@winnow/engine';
import { writeDenseTensors } from '@winnow/formats';
import { writingError } from '@winnow/lab';
import { Command } from 'commander';
import { growShown, requireSameData } from '../ticket/grow.js';
import { dataOf } from '../ticket/ticket-data.js';
import { readTicketFile, writeBytes } from '../ticket/ticket-file.js';

interface GrowFlags {
  readonly data?: string;
  readonly out?: string;
  readonly json?: boolean;
}

const examples = `
Examples:
  winnow grow digits.ticket
  winnow grow digits.ticket --out grown --json`;

export function growCommand(): Command {
  return new Command('grow')
    .description('Grows a ticket back into its network, bit for bit: trains a recipe again, unpacks any other body.')
    .argument('<file>', 'a .ticket file')
    .option('--data <name>', "where to read the training data (default: the ticket's)")
    .option('--out <folder>', 'where to write network.safetensors')
    .option('--json', 'print one JSON object')
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', examples)
    .action(growTicket);
}

async function growTicket(file: string, { data: spec, out, json = false }: GrowFlags): Promise<void> {
  const ticket = await readTicketFile(file);
  const backend = await loadBackend(backendChoiceFromEnvironment(process.env));
  const { set, data } = await dataOf(ticket, spec);
  requireSameData(ticket, set.name, set.digest);
  const grown = await growShown(ticket, backend, data, json);
  const expected = ticket.header.digest;
  const equal = grown.digest === expected;
  if (out !== undefined) {
    await mkdir(out, { recursive: true }).catch((error: unknown) => {
      throw writingError(error, out);
    });
    const tensors = writeDenseTensors(grown.network, grown.masks, grown.parameters, { digest: grown.digest });
    await writeBytes(join(out, 'network.safetensors'), tensors);
  }
  if (json) console.log(JSON.stringify({ digest: grown.digest, expected, equal }));
  else if (ticket.body !== 'recipe')
    console.log(
      `${file} is a ${ticket.body === 'weights' ? 'network with its weights' : ticket.body}: there is nothing to train. Digest ${grown.digest}, as expected.`,
    );
  else console.log(`${file} has grown. Digest ${grown.digest}${equal ? ', as expected.' : ''}`);
  if (!equal) throw new RunError(`The network that grew is another one: its digest should be ${expected}.`);
}
