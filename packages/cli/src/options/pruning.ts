import { UserError } from '@winnow/arithmetic';
import {
  type ControlKind,
  controlKinds,
  criterionNames,
  earlyBirdDefaults,
  type Mask0Action,
  type Mask1Action,
  mask0Actions,
  mask1Actions,
  type Schedule,
  schedules,
} from '@winnow/tickets';
import { type Command, Option } from 'commander';
import { addFlag } from './flag.js';
import { fraction, oneOf, someOf, wholeNumber, wholeNumbers } from './numbers.js';

const scopes = ['layer', 'global'] as const;

/** What the flags below say; undefined where a flag is missing. */
export interface PruningFlags {
  readonly levels?: number;
  readonly density?: number;
  readonly rate?: number;
  readonly outputRate?: number;
  readonly convolutionRate?: number;
  readonly scope?: (typeof scopes)[number];
  readonly criterion?: string;
  readonly keepLayersAlive?: boolean;
  readonly schedule?: readonly Schedule[];
  readonly rewind?: number | 'rate';
  readonly mask1?: Mask1Action;
  readonly mask0?: Mask0Action;
  readonly earlyBird?: number;
  readonly earlyBirdWindow?: number;
  readonly controls?: readonly ControlKind[];
  readonly controlLevels?: readonly number[];
  readonly replicates?: number;
}

/** More rounds leave no weight in any network that fits in memory: 0.8¹⁰⁰ = 2·10⁻¹⁰. Small rates need more. */
const mostLevels = 1000;

/** Flags that decide what is pruned, how tickets start, and what they are compared with. */
export function addPruningFlags(command: Command): Command {
  command.optionsGroup('Pruning:');
  addFlag(command, '--levels <n>', 'rounds of pruning', (flag) => wholeNumber(flag, { from: 0, to: mostLevels }), 20);
  addFlag(
    command,
    '--density <share>',
    'in place of --levels: prune to about this share, such as 0.036 or 3.6%',
    (flag) => fraction(flag, { above: 0, to: 1 }),
  );
  addFlag(
    command,
    '--rate <share>',
    'of the survivors that a round removes',
    (flag) => fraction(flag, { above: 0, below: 1 }),
    0.2,
  );
  addFlag(
    command,
    '--output-rate <share>',
    'the same for the output layer',
    (flag) => fraction(flag, { from: 0, below: 1 }),
    'half of --rate',
  );
  addFlag(
    command,
    '--convolution-rate <share>',
    'the same for convolutions',
    (flag) => fraction(flag, { from: 0, below: 1 }),
    "the network's",
  );
  addFlag(
    command,
    '--scope <scope>',
    'layer: each by itself; global: all together',
    (flag) => oneOf(flag, scopes),
    'layer',
  );
  addFlag(
    command,
    '--criterion <name>',
    `${criterionNames.join(', ')}; or the path of a file that exports your own, such as ./mine.ts`,
    () => String,
    'large-final',
  );
  command.option('--keep-layers-alive', 'leave a layer its last weight');
  addFlag(
    command,
    '--schedule <kind,…>',
    `${schedules.join(', ')}; the first is searched, others are compared with it`,
    scheduleList,
    schedules[0],
  );
  addFlag(
    command,
    '--rewind <to>',
    'what tickets start from: an iteration, or rate for their trained weights',
    rewind,
    0,
  );
  addFlag(
    command,
    '--mask-1 <action>',
    `what kept weights start from: ${mask1Actions.join(', ')}`,
    (flag) => oneOf(flag, mask1Actions),
    'rewind',
  );
  addFlag(
    command,
    '--mask-0 <action>',
    `what becomes of pruned weights: ${mask0Actions.join(', ')}`,
    (flag) => oneOf(flag, mask0Actions),
    'zero',
  );
  command.addOption(
    new Option(
      '--early-bird [distance]',
      `stop each round before the last level once its mask, seen after each epoch, is nearer than this to those before (default: off; ${earlyBirdDefaults.threshold} without a value)`,
    )
      .preset(String(earlyBirdDefaults.threshold))
      .argParser(fraction('--early-bird', { above: 0, to: 1 })),
  );
  addFlag(
    command,
    '--early-bird-window <n>',
    'masks before, with which each is compared',
    (flag) => wholeNumber(flag, { from: 1, to: mostLevels }),
    earlyBirdDefaults.window,
  );
  addFlag(
    command,
    '--controls <kind,…>',
    `${controlKinds.join(', ')}, or none`,
    (flag) => someOf(flag, controlKinds),
    'reinit,random',
  );
  addFlag(
    command,
    '--control-levels <n,…>',
    'train controls at these levels',
    (flag) => wholeNumbers(flag, { from: 1, to: mostLevels }),
    'all',
  );
  addFlag(
    command,
    '--replicates <n>',
    'draws of each control',
    (flag) => wholeNumber(flag, { from: 1, to: mostLevels }),
    1,
  );
  return command;
}

/** Order matters here: the first schedule is the one whose masks the controls share. */
const scheduleList = (flag: string) => (text: string) => {
  const one = oneOf(flag, schedules);
  const given = text.split(',').map((part) => one(part.trim()));
  return [...new Set(given)];
};

const rewind =
  (flag: string) =>
  (text: string): number | 'rate' => {
    if (text === 'rate') return text;
    if (/^[a-z]/i.test(text))
      throw new UserError(`${flag} must be an iteration (a whole number) or rate, not "${text}".`);
    return wholeNumber(flag, { from: 0 })(text);
  };
