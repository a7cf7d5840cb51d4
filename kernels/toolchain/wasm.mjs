import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sourceFiles, sourceFolder } from './paths.mjs';
import { discard, fingerprint, install, isCurrent } from './stamp.mjs';

const compileFlags = [
  '--target=wasm32',
  '-std=c11',
  '-O3',
  '-ffreestanding',
  '-ffp-contract=off',
  '-fno-math-errno',
  '-msimd128',
  '-mbulk-memory',
  '-Wall',
  '-Wextra',
  '-DWIDTH=4',
];

/** The kernels keep almost nothing on the stack; what follows the stack and the constants is free for the arena. */
const linkFlags = [
  '--no-entry',
  '--import-memory',
  '--stack-first',
  '-z',
  'stack-size=65536',
  '--export=__heap_base',
  '--strip-all',
];

/** What is built: the backend, and what loaders of tickets may use. */
const modules = [
  {
    name: 'winnow',
    source: 'run.c',
    compile: ['-DRUN=winnow_run_wasm'],
    link: ['--export=winnow_run_wasm', '--export=winnow_table_digest'],
  },
  { name: 'predict', source: 'predict.c', compile: ['-Wno-unused-function'], link: [] },
];

/**
 * Builds winnow.wasm and predict.wasm in a folder with the clang that npm installs.
 * @param {string} header the text of generated.h
 */
export async function buildWasm(header, folder) {
  const { version } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.resolve('@yowasp/clang')), 'utf8'),
  );
  for (const module of modules) {
    const target = join(folder, `${module.name}.wasm`);
    const print = fingerprint(header, version, compileFlags, linkFlags, module);
    if (!isCurrent(target, print)) await buildModule(module, header, target, print);
  }
}

async function buildModule({ name, source, compile, link }, header, target, print) {
  discard(target);
  const { runClang, runLLVM } = await import('@yowasp/clang');
  const messages = [];
  const options = {
    stdout: (bytes) => bytes && messages.push(bytes),
    stderr: (bytes) => bytes && messages.push(bytes),
    fetchProgress: () => {},
  };
  const [object, result] = [`${name}.o`, `${name}.wasm`];
  try {
    await runLLVM(null, {}, options);
    const sources = { 'generated.h': header };
    for (const file of sourceFiles()) sources[file] = readFileSync(join(sourceFolder, file), 'utf8');
    const compiled = await runClang(
      ['clang', ...compileFlags, ...compile, '-c', source, '-o', object],
      sources,
      options,
    );
    const linked = await runLLVM(
      ['wasm-ld', ...linkFlags, ...link, object, '-o', result],
      { [object]: compiled[object] },
      options,
    );
    const temporary = `${target}.${process.pid}`;
    writeFileSync(temporary, linked[result]);
    install(target, temporary, print);
  } catch (error) {
    throw new Error(`${result} could not be built: ${Buffer.concat(messages).toString() || error.message}`);
  }
}
