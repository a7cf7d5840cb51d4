#!/usr/bin/env node
/**
 * Writes docs/results/bytes.md and its figure from finished searches: node scripts/results/bytes.mjs FOLDER […], folders that `winnow shrink`
 * made. Every figure comes from their files, each of which is read and checked again; what others published is cited beside them.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bytesByAccuracy, paretoFront } from '@winnow/lab';
import { readTicket } from '@winnow/runtime';

const page = fileURLToPath(new URL('../../docs/results/bytes.md', import.meta.url));
const figures = fileURLToPath(new URL('../../docs/results/bytes', import.meta.url));
const folders = process.argv.slice(2);
if (folders.length === 0) {
  console.error('Name folders of finished searches: node scripts/results/bytes.mjs FOLDER […]');
  process.exit(2);
}

/** What others published of LeNet-300-100 on MNIST: bytes of the stored network, and the test error in per cent. */
const published = [
  { name: 'Deep Compression', source: 'Han, Mao & Dally 2016', bytes: 27_000, error: 1.58 },
  { name: 'Entropy-penalised', source: 'Oktay et al. 2020', bytes: 8560, error: 1.9 },
];

const files = [];
const commands = [];
for (const folder of folders) {
  for (const entry of (await readdir(join(folder, 'files'))).filter((name) => name.endsWith('.json')).sort()) {
    const { file } = JSON.parse(await readFile(join(folder, 'files', entry), 'utf8'));
    const bytes = await readFile(join(folder, 'files', `${file.name}.ticket`));
    const { header } = readTicket(bytes);
    if (bytes.length !== file.bytes || header.digest !== file.digest)
      throw new Error(`${join(folder, 'files', entry)} is not about its ticket`);
    files.push({ ...file, folder, network: header.network.name, data: header.data.name });
  }
  const report = await readFile(join(folder, 'report.html'), 'utf8');
  const command = /<code>(winnow shrink [^<]*)<\/code>/.exec(report)?.[1].replaceAll('\u00a0', ' ');
  if (command === undefined) throw new Error(`${join(folder, 'report.html')} does not say what made it`);
  // A folder that was continued with another shift shows the last command alone.
  const own = files.filter((file) => file.folder === folder && file.kind !== 'supermask');
  for (const shift of [...new Set(own.map((file) => file.shift))].sort((one, other) => one - other)) {
    const words = command.replace(/ --shift \S+/, '').replace(/ -o \S+/, '');
    commands.push(`${words}${shift > 0 ? ` --shift ${shift}` : ''} -o digits.ticket`);
  }
}
const networks = new Set(files.map(({ network, data }) => `${network} on ${data}`));
if (networks.size !== 1) throw new Error(`these are searches of different networks: ${[...networks].join(', ')}`);

const series = [
  { label: 'images as they are', files: files.filter(({ shift, distil }) => shift === 0 && distil === null) },
  { label: 'images shifted', files: files.filter(({ shift, distil }) => shift > 0 && distil === null) },
  { label: 'distilled', files: files.filter(({ distil }) => distil !== null) },
].filter((one) => one.files.length > 0);
const anchors = published.map(({ name, bytes, error }) => ({ name, bytes, testAccuracy: 1 - error / 100 }));
await mkdir(figures, { recursive: true });
const figure = bytesByAccuracy(series, anchors, null, 'wide');
if (figure === null) throw new Error('there are fewer than two files');
await writeFile(join(figures, 'bytes-by-accuracy.svg'), figure);

const thousands = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, ',');
const percent = (share, digits = 2) => `${(100 * share).toFixed(digits)} %`;
const how = ({ kind, values, shift, distil }) =>
  [
    kind === 'ticket' ? `ticket, ${values} values a layer` : kind,
    ...(shift > 0 ? [`images shifted by up to ${shift} pixel${shift > 1 ? 's' : ''}`] : []),
    ...(distil === null ? [] : [`distilled at ${distil}`]),
  ].join('; ');
const table = (rows) =>
  [
    '| Bytes | Test error | Validation error | Weights | Density | What |',
    '|---:|---:|---:|---:|---:|---|',
    ...rows.map(
      (file) =>
        `| ${thousands(file.bytes)} | ${percent(1 - file.testAccuracy)} | ${percent(1 - file.validationAccuracy)} | ${thousands(file.weights)} | ${percent(file.density, 1)} | ${how(file)} |`,
    ),
  ].join('\n');

/** The file of least test error among those of at most so many bytes: what is there, not what would be chosen. */
function within(bytes, of) {
  const able = of.filter((file) => file.bytes <= bytes);
  return able.reduce((best, file) => (best === null || file.testAccuracy > best.testAccuracy ? file : best), null);
}
/** The file that validation data choose among those of at most so many bytes. */
function chosenWithin(bytes, of) {
  const able = of.filter((file) => file.bytes <= bytes);
  return able.reduce(
    (best, file) => (best === null || file.validationAccuracy > best.validationAccuracy ? file : best),
    null,
  );
}
const cell = (file) =>
  file === null ? '–' : `${percent(1 - file.testAccuracy)} (${thousands(file.bytes)} bytes, ${how(file)})`;
const budgets = [5000, 6000, 8000, 10_000, 12_000, 15_000];
const budgetTable = [
  `| At most | ${series.map(({ label }) => `${label}: chosen on validation data`).join(' | ')} | the best on test data, of all |`,
  `|---:|${series.map(() => '---|').join('')}---|`,
  ...budgets.map(
    (bytes) =>
      `| ${thousands(bytes)} | ${series.map((one) => cell(chosenWithin(bytes, one.files))).join(' | ')} | ${cell(within(bytes, files))} |`,
  ),
].join('\n');

const supermasks = files.filter(({ kind }) => kind === 'supermask').sort((a, b) => a.bytes - b.bytes);
await writeFile(
  page,
  `# How few bytes a network needs

${[...networks][0]}, stored in one file that predicts with the engine's bits. Written by \`node scripts/results/bytes.mjs FOLDER …\` from
what \`winnow shrink\` made; every ticket was read again and its digest checked.

![Accuracy against bytes](bytes/bytes-by-accuracy.svg)

Hollow symbols: training images as they are; filled ones: shifted by up to a pixel, other in every epoch, while survivors were trained
on. Others say nothing of such shifts, so that it is the hollow symbols that compare with them.

## Others

| Bytes | Test error | What |
|---:|---:|---|
${published.map(({ bytes, error, name, source }) => `| ${thousands(bytes)} | ${error} % | ${name} (${source}) |`).join('\n')}

## Within so many bytes

Test errors. What validation data choose is what a user would get; the last column shows what there is, and was chosen by nobody.

${budgetTable}

${series.map(({ label, files: of }) => `## The front: ${label}\n\nNo smaller file does as well on validation data.\n\n${table(paretoFront(of))}`).join('\n\n')}

## Supermasks alone

Seed, mask, and one number a layer: no weight was ever trained.

${table(supermasks)}

## All files

${table([...files].sort((a, b) => a.bytes - b.bytes))}

## To repeat it

${commands.map((command) => `    ${command}`).join('\n')}

Another \`--floor\` chooses another file. Supermasks alone: \`winnow supermask --pressure 2 --lr 0.05 --iterations 20000\`, then \`winnow pack\`.
`,
);
console.log(`${page}: ${files.length} files`);
