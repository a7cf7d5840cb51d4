import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildNative } from './native.mjs';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'winnow-build-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A compiler that notes each call; `body` is what it does, with the output file in $out. */
function compiler(body: string, version = 'compiler 1'): string {
  const path = join(folder, 'cc');
  writeFileSync(
    path,
    `#!/bin/sh
if [ "$1" = --version ]; then echo "${version}"; exit 0; fi
echo call >> "${folder}/calls"
while [ $# -gt 0 ]; do if [ "$1" = -o ]; then out=$2; fi; shift; done
${body}
`,
  );
  chmodSync(path, 0o755);
  return path;
}

const calls = (): number => {
  const log = join(folder, 'calls');
  return existsSync(log) ? readFileSync(log, 'utf8').split('call').length - 1 : 0;
};

describe.skipIf(process.platform === 'win32')('the native build', () => {
  it('compiles once, and again only when header or compiler change', async () => {
    const cc = compiler('echo built > "$out"');
    expect(await buildNative('header', folder, cc)).toBeNull();
    expect(readFileSync(join(folder, 'winnow.node'), 'utf8')).toBe('built\n');
    const once = calls();
    expect(await buildNative('header', folder, cc)).toBeNull();
    expect(calls()).toBe(once);
    expect(await buildNative('other header', folder, cc)).toBeNull();
    expect(calls()).toBe(2 * once);
    expect(await buildNative('other header', folder, compiler('echo built > "$out"', 'compiler 2'))).toBeNull();
    expect(calls()).toBe(3 * once);
    expect(readdirSync(folder).sort()).toEqual(['calls', 'cc', 'winnow.node', 'winnow.node.stamp']);
  });

  it('says in a sentence that there is no compiler, and leaves no old file behind', async () => {
    await buildNative('header', folder, compiler('echo built > "$out"'));
    expect(await buildNative('header', folder, join(folder, 'nowhere'))).toMatch(
      /^No C compiler was found .*npm run build/,
    );
    expect(existsSync(join(folder, 'winnow.node'))).toBe(false);
  });

  it('says where the messages of a compiler that fails are, and leaves no old file behind', async () => {
    await buildNative('header', folder, compiler('echo built > "$out"'));
    const reason = await buildNative('header', folder, compiler('echo no such thing >&2; exit 1', 'compiler 2'));
    expect(reason).toContain(join(folder, 'native.log'));
    expect(readFileSync(join(folder, 'native.log'), 'utf8')).toContain('no such thing');
    expect(existsSync(join(folder, 'winnow.node'))).toBe(false);
  });
});
