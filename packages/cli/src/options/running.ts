import { MOST_THREADS } from '@winnow/engine';
import type { Command } from 'commander';
import { addFlag } from './flag.js';
import { number, wholeNumber } from './numbers.js';

/** What the flags below say; undefined where a flag is missing. */
export interface RunningFlags {
  readonly workers?: number;
  readonly threads?: number;
  readonly checkpointEvery?: number;
  readonly out?: string;
  readonly config?: string;
  readonly json?: boolean;
  readonly dryRun?: boolean;
  readonly explain?: boolean;
}

/** How many networks are trained at a time. */
export function addWorkersFlag(command: Command): void {
  addFlag(
    command,
    '--workers <n>',
    'networks trained at the same time',
    (flag) => wholeNumber(flag, { from: 1, to: 1024 }),
    'one a core',
  );
}

/** Flags of everything that runs for long: at how many places, into which folder. */
export function addPlaceFlags(command: Command): Command {
  command.optionsGroup('Running:');
  addWorkersFlag(command);
  addFlag(
    command,
    '--checkpoint-every <s>',
    'seconds between checkpoints inside a training',
    (flag) => number(flag, { above: 0, to: 86_400 }),
    30,
  );
  addFlag(command, '--out <folder>', 'the run folder', () => String, 'runs/ and a readable name');
  command.option('--json', 'print the result as one JSON object');
  return command;
}

/** Flags that decide where and how something runs, and no bit of its result. */
export function addRunningFlags(command: Command): Command {
  addPlaceFlags(command);
  addFlag(
    command,
    '--threads <n>',
    'threads that share the large layers of one network; WebAssembly has one',
    (flag) => wholeNumber(flag, { from: 1, to: MOST_THREADS }),
    'the cores that workers leave idle',
  );
  addFlag(command, '--config <file>', 'settings from a winnow.config.ts; flags override them', () => String);
  command.option('--dry-run', 'show what would be trained, its time and its bytes; write nothing');
  command.option('--explain', 'show how the last level is computed, layer by layer, and how fast; write nothing');
  command.optionsGroup('Help:').helpOption('-h, --help', 'show this help');
  return command;
}
