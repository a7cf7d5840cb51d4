import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { bundled, isFresh } from './bundled.js';

const folder = mkdtempSync(join(tmpdir(), 'winnow-bundled-'));
afterAll(() => rmSync(folder, { recursive: true }));

const url = pathToFileURL(`${folder}/`);
const write = (name: string, seconds: number) => {
  writeFileSync(join(folder, name), '');
  utimesSync(join(folder, name), seconds, seconds);
};

describe('a bundle', () => {
  it('is not there from sources', async () => {
    expect(await bundled('find', async () => 'modules')).toBe('modules');
  });

  it('is fresh as long as nothing was compiled after it', () => {
    expect(isFresh(url)).toBe(false);
    write('one', 1000);
    write('two', 2000);
    writeFileSync(
      join(folder, 'stamp.json'),
      JSON.stringify([
        ['one', 1_000_000],
        ['./two', 2_000_000],
      ]),
    );
    expect(isFresh(url)).toBe(true);
    write('two', 2001);
    expect(isFresh(url)).toBe(false);
    write('two', 2000);
    expect(isFresh(url)).toBe(true);
    rmSync(join(folder, 'one'));
    expect(isFresh(url)).toBe(false);
  });

  it('is not fresh with a stamp that was cut off', () => {
    write('one', 1000);
    writeFileSync(join(folder, 'stamp.json'), '[["one", 1000');
    expect(isFresh(url)).toBe(false);
  });
});
