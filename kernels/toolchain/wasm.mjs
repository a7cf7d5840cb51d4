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
  '-DRUN=winnow_run_wasm',
];

/** The kernels keep almost nothing on the stack; what follows the stack and the constants is free for the arena. */
const linkFlags = [
  '--no-entry',
  '--import-memory',
  '--stack-first',
  '-z',
  'stack-size=65536',
  '--export=winnow_run_wasm',
  '--export=winnow_table_digest',
  '--export=__heap_base',
  '--strip-all',
];

/**
 * Builds winnow.wasm in a folder with the clang that npm installs.
 * @param {string} header the text of generated.h
 */
export async function buildWasm(header, folder) {
  const target = join(folder, 'winnow.wasm');
  const { version } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.resolve('@yowasp/clang')), 'utf8'),
  );
  const print = fingerprint(header, version, compileFlags, linkFlags);
  if (isCurrent(target, print)) return;

  discard(target);
  const { runClang, runLLVM } = await import('@yowasp/clang');
  const messages = [];
  const options = {
    stdout: (bytes) => bytes && messages.push(bytes),
    stderr: (bytes) => bytes && messages.push(bytes),
    fetchProgress: () => {},
  };
  try {
    await runLLVM(null, {}, options);
    const sources = { 'generated.h': header };
    for (const name of sourceFiles()) sources[name] = readFileSync(join(sourceFolder, name), 'utf8');
    const compiled = await runClang(['clang', ...compileFlags, '-c', 'run.c', '-o', 'run.o'], sources, options);
    const linked = await runLLVM(
      ['wasm-ld', ...linkFlags, 'run.o', '-o', 'winnow.wasm'],
      { 'run.o': compiled['run.o'] },
      options,
    );
    const temporary = `${target}.${process.pid}`;
    writeFileSync(temporary, linked['winnow.wasm']);
    install(target, temporary, print);
  } catch (error) {
    throw new Error(
      `The WebAssembly backend could not be built: ${Buffer.concat(messages).toString() || error.message}`,
    );
  }
}
