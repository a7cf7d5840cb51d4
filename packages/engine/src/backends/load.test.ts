import { UserError } from '@winnow/arithmetic';
import { describe, expect, it } from 'vitest';
import { availableBackends, backendChoiceFromEnvironment, loadBackend } from './load.js';

const available = await availableBackends();
const native = available.filter(({ name }) => name === 'native');

describe('a backend', () => {
  it('is the one that is asked for', async () => {
    for (const { name, isa } of available) {
      const loaded = await loadBackend(isa === null ? { backend: name } : { backend: name, isa });
      expect([loaded.name, loaded.isa]).toEqual([name, isa]);
    }
  });

  it('is the fastest that is built when none is asked for, never the reference', async () => {
    const { name, isa } = await loadBackend();
    expect([name, isa]).toEqual(native.length > 0 ? ['native', native[0].isa] : ['wasm', null]);
  });

  it('that this machine cannot run is refused, saying what it can run', async () => {
    const sets = native.map(({ isa }) => isa);
    const foreign = sets.includes('neon') ? 'avx2' : 'neon';
    await expect(loadBackend({ isa: foreign })).rejects.toThrow(UserError);
    await expect(loadBackend({ isa: foreign })).rejects.toThrow(
      sets.length > 0 ? `This machine cannot run "${foreign}". It can run: ${sets.join(', ')}.` : /npm run build/,
    );
  });

  it('outside native has no instruction set', async () => {
    await expect(loadBackend({ backend: 'wasm', isa: 'avx2' })).rejects.toThrow(
      'The wasm backend has no instruction set',
    );
  });
});

describe('the environment', () => {
  it('chooses by WINNOW_BACKEND and WINNOW_ISA', () => {
    expect(backendChoiceFromEnvironment({})).toEqual({});
    expect(backendChoiceFromEnvironment({ WINNOW_BACKEND: 'wasm', WINNOW_ISA: '' })).toEqual({ backend: 'wasm' });
    expect(backendChoiceFromEnvironment({ WINNOW_ISA: 'avx2' })).toEqual({ isa: 'avx2' });
  });

  it('cannot choose what does not exist', () => {
    expect(() => backendChoiceFromEnvironment({ WINNOW_BACKEND: 'nativ' })).toThrow(
      'WINNOW_BACKEND cannot be "nativ". Did you mean "native"? It can be: reference, wasm, native.',
    );
    expect(() => backendChoiceFromEnvironment({ WINNOW_ISA: 'sse9' })).toThrow(UserError);
  });
});
