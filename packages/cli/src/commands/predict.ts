import { UserError } from '@winnow/arithmetic';
import { predictorOf } from '@winnow/runtime';
import { Command } from 'commander';
import { readPictures } from '../ticket/pictures.js';
import { readTicketFile } from '../ticket/ticket-file.js';
import { percent } from '../view/format.js';

const examples = `
Examples:
  winnow predict digits.ticket seven.png
  winnow predict digits.ticket t10k-images-idx3-ubyte --json`;

export function predictCommand(): Command {
  return new Command('predict')
    .description('Predicts pictures with a ticket: labels and probabilities.')
    .argument('<file>', 'a .ticket file whose body is weights or supermask')
    .argument('<pictures...>', 'IDX, .npy (u1 as bytes, f4 as they are) or PNG files, told by their content')
    .option('--json', 'print one JSON object')
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', examples)
    .action(predict);
}

async function predict(file: string, paths: readonly string[], { json = false }: { json?: boolean }): Promise<void> {
  const { header, tensors } = await readTicketFile(file);
  if (tensors === null)
    throw new UserError(
      `${file} is a recipe, which has no weights yet. Pack it with --body weights, or see winnow grow.`,
    );
  const predictPicture = predictorOf(header, tensors);
  const predictions = [];
  for (const path of paths) {
    for (const [index, pixels] of (await readPictures(path, header.network.inputs)).entries()) {
      const { label, probabilities } = predictPicture(pixels);
      predictions.push({ file: path, index, label, probabilities: Array.from(probabilities) });
    }
  }
  if (json) console.log(JSON.stringify({ predictions }));
  else
    for (const { file: from, index, label, probabilities } of predictions)
      console.log(`${from} ${index}: ${label} (${percent(probabilities[label])})`);
}
