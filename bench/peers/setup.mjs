#!/usr/bin/env node
/**
 * Sets up the peers, each in its own folder: node bench/peers/setup.mjs [name …]. A peer that cannot be had is skipped with one
 * line that says why. WINNOW_BENCH_PYTHON names the Python to use (3.12 or later).
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fillMissingLibraries } from './missing_libraries.mjs';
import { folderOf, isInstalled, PEERS, pythonOf, readyFile } from './peers.mjs';

const OLDEST_PYTHON = [3, 12];
/** torch.compile warns that it is slow on this one. */
const SLOW_PYTHON = '3.13.0';

for (const name of wanted(process.argv.slice(2))) setUp(name);

function wanted(names) {
  const unknown = names.find((name) => !(name in PEERS));
  if (unknown === undefined) return names.length > 0 ? names : Object.keys(PEERS);
  console.error(`setup: there is no peer "${unknown}". Choose from ${Object.keys(PEERS).join(', ')}.`);
  process.exit(2);
}

function setUp(name) {
  const title = PEERS[name].title;
  if (isInstalled(name)) {
    console.log(`${title}: already there. Delete ${folderOf(name)} to install it again.`);
    return;
  }
  try {
    rmSync(folderOf(name), { recursive: true, force: true });
    mkdirSync(folderOf(name), { recursive: true });
    const versions = PEERS[name].kind === 'python' ? setUpPython(name) : setUpNode(name);
    writeFileSync(readyFile(name), `${JSON.stringify(versions, null, 2)}\n`);
    console.log(
      `${title}: ready, ${Object.entries(versions)
        .map(([what, version]) => `${what} ${version}`)
        .join(', ')}.`,
    );
  } catch (error) {
    console.log(`${title}: skipped, ${lastLine(error)}`);
  }
}

function setUpPython(name) {
  const python = findPython();
  run(python, ['-m', 'venv', folderOf(name)]);
  const requirements = fileURLToPath(new URL(`requirements/${name}.txt`, import.meta.url));
  run(pythonOf(name), [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--no-deps',
    '--disable-pip-version-check',
    '-r',
    requirements,
  ]);
  if (name === 'torch' && process.platform === 'linux') {
    const packages = run(pythonOf(name), ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))']).trim();
    fillMissingLibraries(join(packages, 'torch', 'lib'));
  }
  const version = run(pythonOf(name), ['-c', `import ${name}; print(${name}.__version__)`]).trim();
  return {
    [name]: version,
    python: run(pythonOf(name), ['-c', 'import platform; print(platform.python_version())']).trim(),
  };
}

function setUpNode(name) {
  const { packages } = PEERS[name];
  writeFileSync(
    join(folderOf(name), 'package.json'),
    `${JSON.stringify({ name: `peer-${name}`, private: true, dependencies: packages }, null, 2)}\n`,
  );
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  run(npm, ['install', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folderOf(name) });
  return packages;
}

/** The first Python that is new enough. */
function findPython() {
  const named = process.env.WINNOW_BENCH_PYTHON;
  const candidates = named === undefined ? ['python3.13', 'python3.12', 'python3', ...pyenvPythons()] : [named];
  for (const candidate of candidates) {
    try {
      const version = run(candidate, ['-c', 'import platform; print(platform.python_version())']).trim();
      const [major, minor] = version.split('.').map(Number);
      if (major === OLDEST_PYTHON[0] && minor >= OLDEST_PYTHON[1] && version !== SLOW_PYTHON) return candidate;
    } catch {
      // Not there, or a stand-in that runs nothing: the next one.
    }
  }
  throw new Error(
    `no Python ${OLDEST_PYTHON.join('.')} or later among ${candidates.join(', ')}; name one in WINNOW_BENCH_PYTHON.`,
  );
}

function pyenvPythons() {
  const versions = join(process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'), 'versions');
  try {
    return readdirSync(versions)
      .map((version) => join(versions, version, 'bin', 'python3'))
      .reverse();
  } catch {
    return [];
  }
}

function run(command, args, options = {}) {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], ...options });
}

/** The last line that a failed program wrote, which is where pip, npm and Python say what was wrong. */
function lastLine(error) {
  const lines = String(error.stderr || error.message)
    .trim()
    .split('\n');
  return lines.at(-1).trim();
}
