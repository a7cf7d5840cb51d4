import { checkDataSet, describeDataSets, type ExamplesCheck, getDataSet } from '@winnow/data';
import { Command } from 'commander';
import { bytes, count } from '../view/format.js';

interface DataFlags {
  readonly json?: boolean;
}

const examples = `
Examples:
  winnow data list
  winnow data get cifar-10                  fetch it into Winnow's cache; goes on if it was interrupted
  winnow data check mnist
  winnow data check fashion-mnist:/data/fashion
  winnow data check ./folder-of-idx-files --json
  winnow data check ./photos                PNGs in train/CLASS/ and test/CLASS/
  winnow data check ./arrays.npz            x_train, y_train, x_test, y_test`;

export function dataCommand(): Command {
  const data = new Command('data').description('Lists the data sets that have a name, fetches or checks one.');
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
  data
    .command('get')
    .description("fetch a data set from its official address into Winnow's cache, and check it")
    .argument('<data>', 'a name from the list')
    .option('--from <url>', 'another address of the same archive')
    .option('--json', 'print one JSON object')
    .action(get);
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

async function get(name: string, { from, json = false }: DataFlags & { readonly from?: string }): Promise<void> {
  const isTerminal = process.stderr.isTTY === true;
  let shown = -1;
  const onProgress = (got: number, of: number | null): void => {
    const megabytes = Math.floor(got / 1e6);
    if (!isTerminal || megabytes === shown) return;
    shown = megabytes;
    process.stderr.write(`\r\x1b[K${bytes(got)}${of === null ? '' : ` of ${bytes(of)}`}`);
  };
  try {
    const folder = await getDataSet(name, { onProgress, ...(from !== undefined && { url: from }) });
    if (isTerminal) process.stderr.write('\r\x1b[K');
    const { digest } = await checkDataSet(name);
    console.log(json ? JSON.stringify({ name, folder, digest }) : `${name} is in ${folder}, as published.`);
  } catch (error) {
    if (isTerminal && shown >= 0) process.stderr.write('\n');
    throw error;
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
