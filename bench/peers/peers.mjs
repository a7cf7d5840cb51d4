import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where peers are installed: a folder each. Not under version control. */
export const PEERS_FOLDER = fileURLToPath(new URL('../.peers/', import.meta.url));

/** The npm package that holds Node itself, for this system. */
export const nodePackage = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;

/**
 * The programs that Winnow is measured beside, pinned. `jobs` says what each is asked to do; Python's packages are pinned in
 * requirements/.
 */
export const PEERS = {
  torch: {
    title: 'PyTorch',
    kind: 'python',
    command: 'torch_lenet.py',
    jobs: ['training-step', 'inference', 'supermask-step', 'convolution-step'],
  },
  jax: { title: 'JAX', kind: 'python', command: 'jax_lenet.py', jobs: ['training-step', 'inference'] },
  jaxjs: {
    title: 'jax-js wasm',
    kind: 'node',
    command: 'jaxjs.mjs',
    packages: { '@jax-js/jax': '0.1.25' },
    jobs: ['training-step', 'convolution-step'],
  },
  tfjs: {
    title: 'TensorFlow.js wasm',
    kind: 'node',
    command: 'tfjs.mjs',
    packages: { '@tensorflow/tfjs': '4.22.0', '@tensorflow/tfjs-backend-wasm': '4.22.0' },
    jobs: ['training-step', 'convolution-step'],
  },
  onnxruntime: {
    title: 'onnxruntime',
    kind: 'node',
    command: 'onnxruntime.mjs',
    packages: { 'onnxruntime-node': '1.30.0' },
    jobs: ['inference'],
  },
  // Nothing to compare with, but other engines for our own WebAssembly.
  node22: { title: 'Node 22.23.3', kind: 'engine', packages: { [nodePackage]: '22.23.3' }, jobs: [] },
  node24: { title: 'Node 24.21.0', kind: 'engine', packages: { [nodePackage]: '24.21.0' }, jobs: [] },
};

export const folderOf = (name) => join(PEERS_FOLDER, name);
/** Written last by the setup, so a half-installed peer does not count. */
export const readyFile = (name) => join(folderOf(name), 'ready.json');
export const isInstalled = (name) => existsSync(readyFile(name));

/** The Python of a peer's own environment. */
export function pythonOf(name) {
  const [binaries, suffix] = process.platform === 'win32' ? ['Scripts', '.exe'] : ['bin', ''];
  return join(folderOf(name), binaries, `python${suffix}`);
}
