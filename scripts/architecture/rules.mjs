import { posix } from 'node:path';
import { allowedImports, deterministic, layers, narrower, packageOf } from './layers.mjs';

const mostLines = 400;
const isRelative = (specifier) => specifier.startsWith('.');
const finding = (file, line, message) => ({ path: file.path, line, message });

/** A package imports only packages further down, and names them in its package.json. */
export function importsRunDownward({ files, manifests }) {
  const findings = [];
  for (const file of files.filter((file) => file.package !== null)) {
    const manifest = manifests.find((manifest) => manifest.package === file.package);
    const declared = { ...manifest?.dependencies, ...(file.isTest ? manifest?.devDependencies : {}) };
    for (const { specifier, line } of file.imports) {
      const target = packageOf(specifier);
      if (target === null || target === file.package) continue;
      if (!allowedImports(file.package).includes(target)) {
        findings.push(
          finding(file, line, `${file.package} must not import ${specifier}: imports run ${layers.join(' → ')}`),
        );
      } else if (!Object.keys(declared).some((name) => packageOf(name) === target)) {
        findings.push(
          finding(file, line, `imports ${specifier}, which packages/${file.package}/package.json does not name`),
        );
      }
    }
  }
  for (const manifest of manifests) {
    for (const name of Object.keys(manifest.dependencies ?? {})) {
      const target = packageOf(name);
      if (target && !allowedImports(manifest.package).includes(target)) {
        findings.push(finding(manifest, 0, `${manifest.package} must not depend on ${name}`));
      }
    }
  }
  return findings;
}

/** A package is one of the layers, so that a new one gets its place on purpose. */
export function packagesHaveALayer({ manifests }) {
  const known = new Set([...layers, ...Object.keys(narrower)]);
  return manifests
    .filter((manifest) => !known.has(manifest.package))
    .map((manifest) =>
      finding(manifest, 0, `${manifest.package} has no layer: give it one in scripts/architecture/layers.mjs`),
    );
}

/** A relative import stays inside its package and, from TypeScript, ends in .js. */
export function relativeImportsStayInside({ files }) {
  const findings = [];
  for (const file of files.filter((file) => file.package !== null)) {
    for (const { specifier, line } of file.imports.filter(({ specifier }) => isRelative(specifier))) {
      const target = posix.join(posix.dirname(file.path), specifier);
      if (!target.startsWith(`packages/${file.package}/`)) {
        findings.push(finding(file, line, `${specifier} leaves the package: import it by its name`));
      } else if (file.path.endsWith('.ts') && !/\.(js|json)$/.test(specifier)) {
        findings.push(finding(file, line, `${specifier} must end in .js`));
      }
    }
  }
  return findings;
}

/** No file reaches itself by following imports; a cycle is reported once, at its first file. */
export function noFileCycles({ files }) {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const targets = (file) =>
    file.imports
      .filter(({ specifier }) => isRelative(specifier))
      .map(({ specifier }) => posix.join(posix.dirname(file.path), specifier))
      .map((path) => byPath.get(path) ?? byPath.get(path.replace(/\.js$/, '.ts')))
      .filter((target) => target !== undefined);
  return cycles(files, targets).map((cycle) =>
    finding(cycle[0], 0, `imports itself: ${[...cycle, cycle[0]].map((file) => file.path).join(' → ')}`),
  );
}

/** No package reaches itself by following imports between packages. */
export function noPackageCycles({ files, manifests }) {
  const byName = new Map(manifests.map((manifest) => [manifest.package, manifest]));
  const targets = (manifest) => {
    const imported = files.filter((file) => file.package === manifest.package).flatMap((file) => file.imports);
    const names = [...imported.map(({ specifier }) => specifier), ...Object.keys(manifest.dependencies ?? {})];
    const packages = new Set(names.map(packageOf).filter((name) => name !== null && name !== manifest.package));
    return [...packages].map((name) => byName.get(name)).filter((target) => target !== undefined);
  };
  return cycles(manifests, targets).map((cycle) =>
    finding(
      cycle[0],
      0,
      `packages import each other: ${[...cycle, cycle[0]].map((manifest) => manifest.package).join(' → ')}`,
    ),
  );
}

/** What decides a bit uses only + − × ÷ √ and integer operations (docs/arithmetic.md). Tests may check it by other means. */
export function onlyExactArithmetic({ files }) {
  return files
    .filter((file) => deterministic.includes(file.package) && !file.isTest)
    .flatMap((file) => file.facts.filter((fact) => fact.kind === 'inexact').map((fact) => ({ file, fact })))
    .map(({ file, fact }) =>
      finding(file, fact.line, `${fact.text} differs between engines: see docs/arithmetic.md, "Rounding"`),
    );
}

/** No file is longer than 400 lines. */
export function filesAreShort({ files }) {
  return files
    .filter((file) => file.lines > mostLines)
    .map((file) => finding(file, 0, `has ${file.lines} lines: at most ${mostLines}, one concept a file`));
}

/** Only configuration files export a default. */
export function noDefaultExports({ files }) {
  return files
    .filter((file) => !/\.config\.[mc]?[tj]s$/.test(file.path))
    .flatMap((file) => file.facts.filter((fact) => fact.kind === 'default export').map((fact) => ({ file, fact })))
    .map(({ file, fact }) => finding(file, fact.line, `${fact.text}: export by name`));
}

/** `any` switches the type checker off. */
export function noAny({ files }) {
  return files.flatMap((file) =>
    file.facts
      .filter((fact) => fact.kind === 'any')
      .map((fact) => finding(file, fact.line, 'any: say what it is, or unknown')),
  );
}

/** Cycles of a graph, each as the list of its nodes, found by depth-first search (one for each edge that closes one). */
function cycles(nodes, targetsOf) {
  const found = [];
  const done = new Set();
  const path = [];
  const enter = (node) => {
    if (done.has(node)) return;
    const start = path.indexOf(node);
    if (start >= 0) {
      found.push(path.slice(start));
      return;
    }
    path.push(node);
    for (const target of targetsOf(node)) enter(target);
    path.pop();
    done.add(node);
  };
  for (const node of nodes) enter(node);
  return found;
}
