import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { commandOf } from './command-line.js';
import { experimentFrom, type SearchFlags } from './experiment.js';
import { addPruningFlags } from './pruning.js';
import { runFolder } from './run-name.js';
import { addRunningFlags } from './running.js';
import { addTrainingFlags } from './training.js';

/** The experiment that `winnow find` makes of these words. */
function experimentOf(line: string) {
  const command = new Command().argument('[network]').exitOverride();
  addRunningFlags(addPruningFlags(addTrainingFlags(command)));
  command.parse(line.split(' ').filter(Boolean), { from: 'user' });
  return experimentFrom(command.args[0], command.opts<SearchFlags>());
}

const lines = [
  '',
  'lenet-300-100 --data fashion-mnist --seed 7 --trials 3',
  '--validation 1000 --stratified --iterations 200 --batch 32 --evaluate-every 50',
  '--optimizer sgd --lr 0.3 --lr-schedule cosine --warmup 100',
  '--optimizer momentum --momentum 0.8 --lr-schedule step --lr-steps 100,150 --lr-factor 0.5 --weight-decay 0.0001',
  '--beta1 0.8 --beta2 0.99 --epsilon 1e-7 --initialisation he-normal',
  '--levels 3 --rate 0.3 --scope global --criterion movement --keep-layers-alive',
  '--rate 0.3 --output-rate 0 --rewind 500',
  '--schedule one-shot,iterative --rewind rate --controls none',
  '--controls random --replicates 3 --density 3.6%',
  '--levels 3 --early-bird',
  '--levels 3 --early-bird 0.05 --early-bird-window 3 --schedule one-shot',
  '--levels 14 --controls reinit --control-levels 8,11,14',
  'conv-2 --data cifar-10 --recipe paper --dropout 0.5 --augment flips',
  'resnet-20 --data cifar-10 --recipe warmup',
  'resnet-20 --data cifar-10 --augment none --lr-schedule constant --scope layer --output-rate 0.1 --iterations 600',
];

describe('the line that repeats a run', () => {
  it.each(lines)('asks for the same experiment: find %s', async (line) => {
    const experiment = await experimentOf(line);
    const repeated = commandOf(experiment);
    expect(repeated).toMatch(/^npx winnow find/);
    expect(await experimentOf(repeated.replace('npx winnow find', ''))).toEqual(experiment);
  });

  it('says only what is not the default, as a shell reads it', async () => {
    expect(commandOf(await experimentOf('--seed 1 --rate 0.2 --iterations 12000'))).toBe('npx winnow find');
    expect(commandOf(await experimentOf('--seed 2'), "it's here")).toBe(
      `npx winnow find --seed 2 --out 'it'\\''s here'`,
    );
  });
});

describe('the folder of a run', () => {
  it('is named by what decides its cells and is not the default', async () => {
    expect(runFolder(await experimentOf(''))).toBe('runs/lenet-300-100-mnist');
    expect(runFolder(await experimentOf('--lr 0.01 --optimizer sgd --keep-layers-alive'))).toBe(
      'runs/lenet-300-100-mnist-optimizer-sgd-lr-0.01-keep-layers-alive',
    );
    expect(runFolder(await experimentOf('--data ./My.Data'))).toBe('runs/lenet-300-100-my.data');
  });

  it('is the same for more of the same cells, and another for other cells', async () => {
    const usual = runFolder(await experimentOf(''));
    for (const more of [
      '--levels 3',
      '--trials 5',
      '--controls none',
      '--control-levels 2,5',
      '--replicates 2',
      '--schedule iterative,one-shot',
    ]) {
      expect(runFolder(await experimentOf(more))).toBe(usual);
    }
    const others = [
      '--seed 2',
      '--rate 0.3',
      '--batch 30',
      '--rewind 100',
      '--stratified',
      '--scope global',
      '--lr 1',
      '--rewind rate',
    ];
    const folders = await Promise.all(others.map(async (line) => runFolder(await experimentOf(line))));
    expect(new Set([usual, ...folders]).size).toBe(others.length + 1);
  });
});
