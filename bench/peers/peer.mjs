import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { PEERS, pythonOf } from './peers.mjs';

/** A peer may compile its own code first, which takes a while. */
const START_MILLISECONDS = 240_000;

/**
 * A peer at work, as a job for `interleave`: { name, about, window(steps), load(weights), close() }. `options` are those of the
 * peer's command line, e.g. { job: 'training-step', weights, images, labels, threads: 1, masked: true }.
 */
export async function startPeer(name, options) {
  const { command, args, env } = commandOf(name, { ...options, serve: true });
  const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (text) => {
    errors = (errors + text).slice(-4000);
  });
  child.stdin.on('error', () => {}); // a peer that died is reported by its missing answer
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const timer = setTimeout(() => child.kill(), START_MILLISECONDS);

  const answer = async () => {
    const { value, done } = await answers.next();
    if (done) throw new Error(`${PEERS[name].title} stopped: ${lastLine(errors)}`);
    return JSON.parse(value);
  };
  const ask = (request) => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    return answer();
  };

  const { ready: _, ...about } = await answer();
  clearTimeout(timer);
  return {
    name,
    about,
    window: (steps) => ask({ steps }),
    load: async (weights) => {
      await ask({ weights });
    },
    close: () => child.stdin.end(),
  };
}

/** Runs a peer to its end and returns the one object that it prints. */
export function askPeer(name, options) {
  const { command, args, env } = commandOf(name, options);
  return new Promise((resolve, reject) => {
    execFile(command, args, { env, encoding: 'utf8', timeout: START_MILLISECONDS }, (error, output, errors) => {
      if (error !== null) reject(new Error(`${PEERS[name].title} failed: ${lastLine(errors)}`));
      else resolve(JSON.parse(output));
    });
  });
}

function commandOf(name, options) {
  const { kind, command } = PEERS[name];
  const script = fileURLToPath(new URL(command, import.meta.url));
  const args = Object.entries(options).flatMap(([key, value]) => {
    if (value === true) return [`--${key}`];
    return value === false || value === undefined ? [] : [`--${key}`, String(value)];
  });
  const program = kind === 'python' ? pythonOf(name) : process.execPath;
  return { command: program, args: [script, ...args], env: environmentOf(name, options) };
}

/** The environment in which the peer does best; see bench/README.md. */
export function environmentOf(name, { threads = 1 }) {
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
  // Either holds a matrix library to kernels of another processor than this one.
  delete env.OPENBLAS_CORETYPE;
  delete env.OPENBLAS_L2_SIZE;
  env.OMP_NUM_THREADS = String(threads);
  env.MKL_NUM_THREADS = String(threads);
  if (name === 'torch') {
    // Keeps freed memory, so that a step does not pay for page faults.
    env.MALLOC_TRIM_THRESHOLD_ = '2000000000';
    env.MALLOC_MMAP_THRESHOLD_ = '2000000000';
  }
  return env;
}

const lastLine = (text) => text.trim().split('\n').at(-1) || 'it said nothing';
