import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '@winnow/arithmetic';
import { readParameters } from '@winnow/formats';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LabEvent } from '../run/events.js';
import { tinyData, tinyInput, tinyNetwork } from '../testing/experiments.js';
import { findTicket } from './find-ticket.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-find-'));
});
afterEach(() => rm(folder, { recursive: true }));

const options = {
  ...tinyInput(),
  network: tinyNetwork,
  data: tinyData(),
  seed: 2,
  rounds: 3,
  choice: { backend: 'reference' },
} as const;

describe('findTicket', () => {
  it('gives the dense network, the tickets and the winner', async () => {
    const events: LabEvent[] = [];
    const { winner, levels, summary } = await findTicket({ ...options, onProgress: (event) => events.push(event) });
    expect(levels.map(({ level, kind }) => [level, kind])).toEqual([
      [0, 'dense'],
      [1, 'ticket'],
      [2, 'ticket'],
      [3, 'ticket'],
    ]);
    expect(levels.map(({ digest }) => digest)).toEqual(
      summary.cells.filter(({ kind }) => kind === 'dense' || kind === 'ticket').map(({ digest }) => digest),
    );
    expect(winner?.digest).toBe(summary.winner?.digest);
    expect(winner).not.toBeNull();
    expect(levels).toContain(winner);
    expect(levels[0].rows.at(-1)?.iteration).toBe(60);
    expect(events.some(({ kind }) => kind === 'plan')).toBe(true);
  });

  it('is the same in a run folder, where nothing is trained twice', async () => {
    const out = join(folder, 'run');
    const inMemory = await findTicket(options);
    const stored = await findTicket({ ...options, out });
    const started: LabEvent[] = [];
    const again = await findTicket({
      ...options,
      out,
      onProgress: (event) => event.kind === 'cell-started' && started.push(event),
    });
    expect(started).toEqual([]);
    for (const { levels } of [stored, again]) {
      expect(levels.map(({ digest }) => digest)).toEqual(inMemory.levels.map(({ digest }) => digest));
      expect(await levels[2].trained()).toEqual(await inMemory.levels[2].trained());
    }
  });

  it('saves a network as a file that can be read again', async () => {
    const { levels } = await findTicket({ ...options, rounds: 1, controls: [] });
    const path = join(folder, 'ticket.safetensors');
    await levels[1].save(path);
    const { masks, parameters } = readParameters(await readFile(path), tinyNetwork, path);
    expect({ masks, parameters }).toMatchObject({
      masks: (await levels[1].trained()).masks,
      parameters: (await levels[1].trained()).parameters,
    });
    await expect(levels[1].save(join(path, 'below'))).rejects.toThrow(UserError);
  });

  it('names a setting that is wrong', async () => {
    await expect(findTicket({ ...options, rounds: -1 })).rejects.toThrow(
      'findTicket: pruning.rounds must be a whole number from 0 to 1000, not -1.',
    );
  });
});
