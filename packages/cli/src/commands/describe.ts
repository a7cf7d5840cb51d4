import { loadDataSet } from '@winnow/data';
import { describeNetwork, networkByName, networkForData, networkNames } from '@winnow/engine';
import { Command } from 'commander';
import { count } from '../view/format.js';
import { type Column, tableLines } from '../view/table.js';

const examples = `
Examples:
  winnow describe lenet-300-100
  winnow describe conv-2 --data mnist       the same layers for other pictures
  winnow describe conv-6-3x64x64-100        pictures of 3 × 64 × 64 in 100 classes
  winnow describe conv-4 --json`;

export function describeCommand(): Command {
  return new Command('describe')
    .description('Shows a network: its layers, shapes, weights, and the multiply-adds of one example.')
    .argument('<network>', networkNames.join(', '))
    .option('--data <name>', 'fit the network to the pictures and classes of this data')
    .option('--json', 'print one JSON object')
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', examples)
    .action(describe);
}

interface DescribeFlags {
  readonly data?: string;
  readonly json?: boolean;
}

const columns: readonly Column[] = [
  { title: 'layer', align: 'left' },
  { title: 'shape', align: 'right' },
  { title: 'gives', align: 'right' },
  { title: 'weights', align: 'right' },
  { title: 'biases', align: 'right' },
  { title: 'multiply-adds', align: 'right' },
];

async function describe(name: string, { data, json = false }: DescribeFlags): Promise<void> {
  const network = data === undefined ? networkByName(name) : networkForData(name, await loadDataSet(data));
  const described = describeNetwork(network);
  if (json) {
    console.log(JSON.stringify(described));
    return;
  }
  const { input, classes, layers, weights, biases, multiplyAdds } = described;
  console.log(`${network.name}: ${sizes(input)} values of an example, ${classes} classes\n`);
  const rows = layers.map((layer) => [
    layer.name,
    layer.shape === null ? '' : sizes(layer.shape),
    sizes(layer.output),
    ...[layer.weights, layer.biases, layer.multiplyAdds].map((value) => (value === 0 ? '' : count(value))),
  ]);
  for (const line of tableLines(columns, [
    ...rows,
    ['all', '', '', count(weights), count(biases), count(multiplyAdds)],
  ])) {
    console.log(line);
  }
  console.log(
    '\nShapes are (outputs, inputs), of pictures (channels, height, width). Multiply-adds are those of one example',
  );
  console.log('in one forward pass; a training step takes up to three times as many for each example.');
}

const sizes = (shape: readonly number[]): string => shape.join(' × ');
