import type { Command } from 'commander';
import { bundled } from './bundled.js';

/** A command as `winnow --help` lists it; its own file is loaded when it is called. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  load(): Promise<Command>;
}

/** Every command, in the order of `winnow --help`. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'find',
    summary: 'find a winning ticket: train, prune, rewind, and compare with controls',
    load: async () => (await bundled('find', () => import('./commands/find.js'))).findCommand(),
  },
  {
    name: 'train',
    summary: 'train one dense network, without pruning',
    load: async () => (await bundled('train', () => import('./commands/train.js'))).trainCommand(),
  },
  {
    name: 'supermask',
    summary: 'find a supermask: a mask under which a network works without training a weight',
    load: async () => (await bundled('supermask', () => import('./commands/supermask.js'))).supermaskCommand(),
  },
  {
    name: 'connect',
    summary: 'measure from which iteration on training is stable: linear mode connectivity',
    load: async () => (await bundled('connect', () => import('./commands/connect.js'))).connectCommand(),
  },
  {
    name: 'reproduce',
    summary: 'make figures and tables of the papers again, and judge their claims',
    load: async () => (await bundled('reproduce', () => import('./commands/reproduce.js'))).reproduceCommand(),
  },
  {
    name: 'shrink',
    summary: 'find the smallest file that keeps an accuracy',
    load: async () => (await bundled('shrink', () => import('./commands/shrink.js'))).shrinkCommand(),
  },
  {
    name: 'list',
    summary: 'list the runs in a folder',
    load: async () => (await bundled('list', () => import('./commands/list.js'))).listCommand(),
  },
  {
    name: 'show',
    summary: 'show a run: its settings, its levels, its winner',
    load: async () => (await bundled('show', () => import('./commands/show.js'))).showCommand(),
  },
  {
    name: 'compare',
    summary: 'set several runs side by side, level by level',
    load: async () => (await bundled('compare', () => import('./commands/compare.js'))).compareCommand(),
  },
  {
    name: 'report',
    summary: "write a run's report and figures again",
    load: async () => (await bundled('report', () => import('./commands/report.js'))).reportCommand(),
  },
  {
    name: 'export',
    summary: 'write the weights of a trained network or a ticket for other tools',
    load: async () => (await bundled('export', () => import('./commands/export.js'))).exportCommand(),
  },
  {
    name: 'pack',
    summary: 'pack a network into a ticket, a file of a few kilobytes',
    load: async () => (await bundled('pack', () => import('./commands/pack.js'))).packCommand(),
  },
  {
    name: 'inspect',
    summary: 'show what a ticket holds, and where its bytes go',
    load: async () => (await bundled('inspect', () => import('./commands/inspect.js'))).inspectCommand(),
  },
  {
    name: 'grow',
    summary: 'grow a ticket back into its network, bit for bit',
    load: async () => (await bundled('grow', () => import('./commands/grow.js'))).growCommand(),
  },
  {
    name: 'verify',
    summary: "check a ticket's digest and its accuracy",
    load: async () => (await bundled('verify', () => import('./commands/verify.js'))).verifyCommand(),
  },
  {
    name: 'predict',
    summary: 'predict pictures with a ticket',
    load: async () => (await bundled('predict', () => import('./commands/predict.js'))).predictCommand(),
  },
  {
    name: 'prune',
    summary: 'prune a network that was trained elsewhere, and train it on',
    load: async () => (await bundled('prune', () => import('./commands/prune.js'))).pruneCommand(),
  },
  {
    name: 'clean',
    summary: 'delete runs',
    load: async () => (await bundled('clean', () => import('./commands/clean.js'))).cleanCommand(),
  },
  {
    name: 'describe',
    summary: 'show a network: its layers, shapes, weights and multiply-adds',
    load: async () => (await bundled('describe', () => import('./commands/describe.js'))).describeCommand(),
  },
  {
    name: 'data',
    summary: 'list the data sets, or check one',
    load: async () => (await bundled('data', () => import('./commands/data.js'))).dataCommand(),
  },
];
