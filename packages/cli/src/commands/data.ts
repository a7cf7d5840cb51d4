import { checkDataSet, describeDataSets, type ExamplesCheck } from '@winnow/data';
import { Command } from 'commander';
import { count } from '../view/format.js';

interface DataFlags {
  readonly json?: boolean;
}

const examples = `
Examples:
  winnow data list
  winnow data check mnist
  winnow data check fashion-mnist:/data/fashion
  winnow data check ./folder-of-idx-files --json`;

export function dataCommand(): Command {
  const data = new Command('data').description('Lists the data sets that have a name, or checks one.');
  data
    .command('list')
    .description('list the data sets: what they are, where they are read, how to get them')
    .option('--json', 'print one JSON object')
    .action(list);
  data
    .command('check')
    .description('load a data set and compare it with its published checksums')
    .argument('<data>', 'as for find --data: a name, name:FOLDER, or the path of a folder')
    .option('--json', 'print one JSON object')
    .action(check);
  return data.helpOption('-h, --help', 'show this help').addHelpText('after', examples);
}

function list({ json = false }: DataFlags): void {
  const sets = describeDataSets();
  if (json) {
    console.log(JSON.stringify({ data: sets }));
    return;
  }
  for (const { name, summary, folder, howToGet } of sets) {
    console.log(`${name}\n  ${summary}\n  ${folder ?? `Not here. ${howToGet}`}`);
  }
}

async function check(spec: string, { json = false }: DataFlags): Promise<void> {
  const checked = await checkDataSet(spec);
  if (json) {
    console.log(JSON.stringify(checked));
    return;
  }
  const { name, folder, shape, classes, digest, checksum, train, test } = checked;
  console.log(`${name} is in order${folder === null ? '' : `, in ${folder}`}.`);
  console.log(`Training  ${examplesText(train)}`);
  console.log(`Test      ${examplesText(test)}`);
  console.log(`Shape     ${shape.join(' × ')}, ${classes} classes`);
  console.log(
    `SHA-256   ${digest} (${checksum === 'genuine' ? 'as published' : 'nothing published to compare it with'})`,
  );
}

const examplesText = ({ count: examples, perClass }: ExamplesCheck): string =>
  `${count(examples)} examples; each class has ${count(Math.min(...perClass))} to ${count(Math.max(...perClass))}`;
