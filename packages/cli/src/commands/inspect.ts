import { gzipSync } from 'node:zlib';
import { weightLayers } from '@winnow/runtime/format';
import { Command } from 'commander';
import { readTicketFile } from '../ticket/ticket-file.js';
import { count, percent } from '../view/format.js';
import { type Column, tableLines } from '../view/table.js';

const examples = `
Examples:
  winnow inspect digits.ticket
  winnow inspect digits.ticket --json`;

export function inspectCommand(): Command {
  return new Command('inspect')
    .description('Shows what a ticket holds: network, seed, density of each layer, bytes of each part.')
    .argument('<file>', 'a .ticket file')
    .option('--json', 'print one JSON object')
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', examples)
    .action(inspect);
}

const columns: readonly Column[] = [
  { title: 'layer', align: 'left' },
  { title: 'shape', align: 'right' },
  { title: 'weights', align: 'right' },
  { title: 'density', align: 'right' },
];

const ones = (bytes: Uint8Array): number => bytes.reduce((sum, bit) => sum + bit, 0);

async function inspect(file: string, { json = false }: { readonly json?: boolean }): Promise<void> {
  const { header, body, parts, survives, tensors, training } = await readTicketFile(file);
  const layers = weightLayers(header.network).map(({ name, inputs, outputs }, l) => {
    const weights = ones(survives[l]);
    return { name, inputs, outputs, weights, density: weights / (inputs * outputs) };
  });
  const weights = layers.reduce((sum, layer) => sum + layer.weights, 0);
  const all = layers.reduce((sum, { inputs, outputs }) => sum + inputs * outputs, 0);
  const biases = layers.reduce((sum, { outputs }) => sum + outputs, 0);
  const bytes = parts.header + parts.mask + parts.values;
  const sizes = {
    dense: 4 * (all + biases),
    float16: 2 * (all + biases),
    gzip:
      tensors === null
        ? null
        : gzipSync(
            Buffer.concat(
              tensors.flatMap((t) =>
                [t.weights, t.biases].map(
                  (values) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
                ),
              ),
            ),
          ).length,
  };
  if (json) {
    const { network, start, data, digest, test } = header;
    const shown = {
      file,
      bytes,
      body,
      parts,
      network: network.name,
      data,
      start,
      density: weights / all,
      weights,
      layers,
    };
    console.log(JSON.stringify({ ...shown, digest, testAccuracy: test && test.correct / test.of, sizes, training }));
    return;
  }
  const { start, test } = header;
  console.log(`${file}: ${count(bytes)} bytes, a ${body} of ${header.network.name} for "${header.data.name}"`);
  console.log(`  header ${count(parts.header)}, mask ${count(parts.mask)}, values ${count(parts.values)} bytes\n`);
  const rows = layers.map((l) => [l.name, `${l.outputs} × ${l.inputs}`, count(l.weights), percent(l.density)]);
  for (const line of tableLines(columns, [...rows, ['all', '', count(weights), percent(weights / all)]]))
    console.log(line);
  console.log();
  if (start !== null) console.log(`Start     ${start.initialisation}, seed ${start.seed}, trial ${start.trial}`);
  if (training !== null)
    console.log(
      `Recipe    ${training.optimizer.name}, rate ${training.optimizer.rate}, ${count(training.iterations)} iterations of ${training.batch}`,
    );
  if (test !== null) console.log(`Accuracy  ${percent(test.correct / test.of, 2)} of ${count(test.of)} test images`);
  const times = (other: number): string => `${count(other)} bytes, ${count(Math.floor(other / bytes))} times as many`;
  console.log(`Digest    ${header.digest}`);
  console.log(`Dense     ${times(sizes.dense)}; as float16 ${times(sizes.float16)}`);
  if (sizes.gzip !== null) console.log(`Gzip      ${times(sizes.gzip)} (the pruned tensors)`);
  if (header.network.name === 'lenet-300-100')
    console.log(
      'Others    27 KB at 1.58 % error (Deep Compression), 8.56 KB at 1.9 % (entropy-penalised reparameterisation)',
    );
}
