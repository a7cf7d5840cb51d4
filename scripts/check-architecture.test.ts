import { describe, expect, it } from 'vitest';
import { checkArchitecture } from './architecture/check.mjs';
import { sourceFile } from './architecture/workspace.mjs';

type Manifests = Record<string, readonly string[]>;

/** The messages for a made-up workspace of files (path → text) and packages (name → dependencies). */
function messages(files: Record<string, string>, packages: Manifests = everyPackage) {
  const manifests = Object.entries(packages).map(([name, dependencies]) => ({
    path: `packages/${name}/package.json`,
    package: name,
    dependencies: Object.fromEntries(dependencies.map((dependency) => [dependency, '*'])),
  }));
  const sources = Object.entries(files).map(([path, text]) => sourceFile(path, text));
  return checkArchitecture({ files: sources, manifests }).map(
    ({ path, line, message }) => `${path}:${line} ${message}`,
  );
}

const everyPackage: Manifests = {
  arithmetic: [],
  data: ['@winnow/arithmetic'],
  engine: ['@winnow/arithmetic', '@winnow/data'],
  lab: ['@winnow/arithmetic', '@winnow/engine'],
};

describe('imports', () => {
  it('may run downward, in any form', () => {
    const text = `import { a } from '@winnow/arithmetic';
      import type { B } from '@winnow/engine';
      export * from '@winnow/engine';
      export const lazy = async () => import('@winnow/engine');
      export type C = import('@winnow/engine').C;
      import 'node:fs';
      export const b = a as B;`;
    expect(messages({ 'packages/lab/src/a.ts': text })).toEqual([]);
  });

  it.each([
    ["import { x } from '@winnow/lab';"],
    ["import type { X } from '@winnow/lab';"],
    ["export { x } from '@winnow/lab';"],
    ["export * from '@winnow/lab';"],
    ["export const x = () => import('@winnow/lab');"],
    ["export type X = import('@winnow/lab').X;"],
    ["import { x } from 'winnow';"],
  ])('must not run upward: %s', (text) => {
    const found = messages({ 'packages/data/src/a.ts': text });
    expect(found.some((message) => message.startsWith('packages/data/src/a.ts:1 data must not import'))).toBe(true);
  });

  it('must be named in package.json', () => {
    const found = messages({ 'packages/lab/src/a.ts': "import '@winnow/data';" });
    expect(found).toEqual([
      'packages/lab/src/a.ts:1 imports @winnow/data, which packages/lab/package.json does not name',
    ]);
  });

  it('may reach a part of a package', () => {
    const text = "import '@winnow/engine/testing';";
    expect(messages({ 'packages/lab/src/a.ts': text })).toEqual([]);
    expect(messages({ 'packages/data/src/a.ts': text }).join()).toContain(
      'data must not import @winnow/engine/testing',
    );
  });

  it('of the runtime reach arithmetic only', () => {
    const packages = { ...everyPackage, runtime: ['@winnow/arithmetic', '@winnow/data'] };
    const found = messages({ 'packages/runtime/src/a.ts': "import '@winnow/arithmetic';" }, packages);
    expect(found).toEqual(['packages/runtime/package.json:0 runtime must not depend on @winnow/data']);
  });

  it('stay inside the package when relative, and end in .js', () => {
    const text = "import '../../engine/src/b.js';\nimport './c.ts';\nimport './d';\nimport './e.js';";
    expect(messages({ 'packages/lab/src/a.ts': text })).toEqual([
      'packages/lab/src/a.ts:1 ../../engine/src/b.js leaves the package: import it by its name',
      'packages/lab/src/a.ts:2 ./c.ts must end in .js',
      'packages/lab/src/a.ts:3 ./d must end in .js',
    ]);
  });
});

describe('cycles', () => {
  it('between files are found, once, also through type-only and lazy imports', () => {
    const files = {
      'packages/lab/src/a.ts': "import type { B } from './b.js';\nexport type A = B;",
      'packages/lab/src/b.ts': "export const c = () => import('./deep/c.js');\nexport type B = 1;",
      'packages/lab/src/deep/c.ts': "export * from '../a.js';",
    };
    const [first, ...others] = messages(files);
    expect(others).toEqual([]);
    expect(first).toContain(
      'packages/lab/src/a.ts → packages/lab/src/b.ts → packages/lab/src/deep/c.ts → packages/lab/src/a.ts',
    );
  });

  it('a file that imports itself is one', () => {
    expect(messages({ 'packages/lab/src/a.ts': "export * from './a.js';" })).toHaveLength(1);
  });

  it('a diamond is none', () => {
    const files = {
      'packages/lab/src/a.ts': "import './b.js';\nimport './c.js';",
      'packages/lab/src/b.ts': "import './d.js';",
      'packages/lab/src/c.ts': "import './d.js';",
      'packages/lab/src/d.ts': 'export const d = 1;',
    };
    expect(messages(files)).toEqual([]);
  });

  it('between packages are found', () => {
    const packages = { ...everyPackage, arithmetic: ['@winnow/data'] };
    const found = messages({}, packages);
    expect(found).toContain('packages/arithmetic/package.json:0 arithmetic must not depend on @winnow/data');
    expect(
      found.some((message) => message.includes('packages import each other: arithmetic → data → arithmetic')),
    ).toBe(true);
  });
});

describe('packages', () => {
  it('have a layer', () => {
    expect(messages({}, { surprise: [] })).toEqual([
      'packages/surprise/package.json:0 surprise has no layer: give it one in scripts/architecture/layers.mjs',
    ]);
  });
});

describe('arithmetic', () => {
  it.each(['Math.pow(a, 2)', 'a ** 2', 'Math.exp(a)', 'Math.log(a)', 'Math.cos(a)', 'Math.hypot(a)', 'Math.random()'])(
    'refuses %s where bits are decided',
    (expression) => {
      const text = `export const f = (a: number) => ${expression};`;
      expect(messages({ 'packages/engine/src/a.ts': text })).toHaveLength(1);
      expect(messages({ 'packages/lab/src/a.ts': text })).toEqual([]);
      expect(messages({ 'packages/engine/src/a.test.ts': text })).toEqual([]);
    },
  );

  it.each(['const { pow } = Math;', 'const m = Math;', "const p = Math['pow'];", 'let a = 2; a **= 2;'])(
    'refuses the detour %s',
    (text) => expect(messages({ 'packages/arithmetic/src/a.ts': text })).toHaveLength(1),
  );

  it('allows what the language fixes to the bit, and words in comments and strings', () => {
    const text = `// Math.exp(x) ** 2
      export const f = (a: number) => Math.fround(Math.sqrt(Math.abs(a))) + Math.imul(2, 3) + 'a ** b, Math.log'.length;`;
    expect(messages({ 'packages/arithmetic/src/a.ts': text })).toEqual([]);
  });
});

describe('files', () => {
  it('have at most 400 lines, C included', () => {
    expect(messages({ 'kernels/src/a.c': '\n'.repeat(400) })).toEqual([]);
    expect(messages({ 'kernels/src/a.c': '\n'.repeat(401) })).toEqual([
      'kernels/src/a.c:0 has 401 lines: at most 400, one concept a file',
    ]);
    expect(messages({ 'packages/lab/src/a.ts': '\n'.repeat(401) })).toHaveLength(1);
  });

  it('export by name, configuration excepted', () => {
    expect(messages({ 'packages/lab/src/a.ts': 'export default 1;' })).toHaveLength(1);
    expect(messages({ 'packages/lab/src/a.ts': 'const a = 1;\nexport { a as default };' })).toHaveLength(1);
    expect(messages({ 'winnow.config.ts': 'export default 1;' })).toEqual([]);
  });

  it('do not use any', () => {
    const text = "export const any = 'any';\nexport const a = (b: any[]) => b; // any";
    expect(messages({ 'packages/lab/src/a.ts': text })).toEqual([
      'packages/lab/src/a.ts:2 any: say what it is, or unknown',
    ]);
  });
});
