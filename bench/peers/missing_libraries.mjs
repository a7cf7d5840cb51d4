/**
 * PyTorch's wheel for Linux is one build for CPU and CUDA, and its CUDA half wants libraries of several gigabytes before it
 * lets itself be loaded. On the CPU none of their functions is ever called. So each library that is missing is filled in by a
 * small one, compiled here, which has the names that the loader looks for; each function returns "no device".
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** cudaErrorNoDevice: what any CUDA function says on a machine without a card. */
const NO_DEVICE = 100;
const UNVERSIONED = '';

/** Fills in every library that the libraries in `folder` need and the loader does not find. Returns their names. */
export function fillMissingLibraries(folder) {
  const files = readdirSync(folder)
    .filter((name) => name.includes('.so'))
    .map((name) => join(folder, name));
  const symbolTables = new Map(files.map((file) => [file, run('readelf', ['--dyn-syms', '--wide', file])]));
  const defined = new Set([...symbolTables.values()].flatMap(definedSymbols));
  const missing = new Map();
  for (const file of files) {
    const absent = notFound(run('ldd', [file]));
    if (absent.length === 0) continue;
    const versions = neededVersions(run('readelf', ['--version-info', '--wide', file]));
    const symbols = undefinedSymbols(symbolTables.get(file));
    for (const library of absent) {
      if (!missing.has(library)) missing.set(library, new Map());
      for (const version of versions.get(library) ?? []) add(missing.get(library), version, symbols.get(version));
    }
    // A symbol without a version does not say where it lives; any of the missing libraries will do.
    const home = absent.find((library) => !versions.has(library)) ?? absent[0];
    const orphans = [...(symbols.get(UNVERSIONED) ?? [])].filter(([name]) => !defined.has(name));
    add(missing.get(home), UNVERSIONED, orphans);
  }
  for (const [library, versions] of missing) compile(join(folder, library), library, versions);
  return [...missing.keys()];
}

function add(versions, version, symbols = []) {
  versions.set(version, new Map([...(versions.get(version) ?? []), ...symbols]));
}

/** Names of the libraries that ldd did not find. */
export function notFound(text) {
  return [...text.matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1]);
}

/** Library → the names of the versions of it that a file wants, from readelf --version-info. */
export function neededVersions(text) {
  const versions = new Map();
  let library;
  for (const line of text.slice(Math.max(0, text.indexOf('.gnu.version_r'))).split('\n')) {
    library = line.match(/\bFile: (\S+)/)?.[1] ?? library;
    const name = line.match(/\bName: (\S+)/)?.[1];
    if (name !== undefined && library !== undefined) versions.set(library, [...(versions.get(library) ?? []), name]);
  }
  return versions;
}

/** Version (or UNVERSIONED) → (symbol → FUNC, OBJECT or NOTYPE) of what a file leaves to others, from readelf --dyn-syms. */
export function undefinedSymbols(text) {
  const symbols = new Map();
  const pattern = /\s(FUNC|OBJECT|NOTYPE)\s+GLOBAL\s+\S+\s+UND\s+(\w+)(?:@(\S+))?/g;
  for (const [, type, name, version = UNVERSIONED] of text.matchAll(pattern)) {
    symbols.set(version, (symbols.get(version) ?? new Map()).set(name, type));
  }
  return symbols;
}

/** The symbols that a file defines, from readelf --dyn-syms. */
export function definedSymbols(text) {
  return [...text.matchAll(/\s(?:GLOBAL|WEAK|UNIQUE)\s+\S+\s+\d+\s+(\w+)/g)].map((match) => match[1]);
}

function compile(path, library, versions) {
  const folder = mkdtempSync(join(tmpdir(), 'winnow-peer-'));
  const source = [...versions.values()].flatMap((symbols) =>
    [...symbols].map(([name, type]) =>
      type === 'OBJECT' ? `char ${name}[4096];` : `int ${name}(void) { return ${NO_DEVICE}; }`,
    ),
  );
  const script = [...versions]
    .filter(([version]) => version !== UNVERSIONED)
    .map(([version, symbols]) => {
      const names = [...symbols.keys()].map((name) => `${name};`).join(' ');
      return `"${version}" {${names === '' ? '' : ` global: ${names}`} };`;
    });
  writeFileSync(join(folder, 'fill.c'), `${source.join('\n')}\n`);
  writeFileSync(join(folder, 'versions'), `${script.join('\n')}\n`);
  const versioned = script.length > 0 ? [`-Wl,--version-script=${join(folder, 'versions')}`] : [];
  // Built-in names must not matter: these functions only need to be there.
  run('cc', [
    '-shared',
    '-fPIC',
    '-fno-builtin',
    '-w',
    join(folder, 'fill.c'),
    '-o',
    path,
    `-Wl,-soname,${library}`,
    ...versioned,
  ]);
  rmSync(folder, { recursive: true });
}

function run(command, args) {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 2 ** 30 });
}
