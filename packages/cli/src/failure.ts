import { CommanderError } from 'commander';

/** The command was stopped by a signal, after its checkpoints were written. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';

  /** @param exitCode 128 + the signal's number: 130 for Ctrl-C */
  constructor(
    message: string,
    readonly exitCode: number,
  ) {
    super(message);
  }
}

/** What a command exits with when it ends by itself, and why. */
export interface Failure {
  readonly exitCode: number;
  /** What standard error shows; empty for none. */
  readonly message: string;
}

/** sysexits.h calls this "internal software error". */
const BUG = 70;

/**
 * What to show for whatever a command threw: one sentence, and the exit code that goes with it. What nobody foresaw is a
 * bug and says how to report it; `debug` adds where it happened.
 */
export function failureOf(error: unknown, debug = false): Failure {
  if (isSentence(error)) {
    return { exitCode: error.exitCode, message: `winnow: ${error.message}` };
  }
  if (error instanceof CommanderError) return commanderFailure(error);
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
  const report = debug
    ? (stack ?? '')
    : 'Please report it with the command and what WINNOW_DEBUG=1 adds to this output.';
  return { exitCode: BUG, message: `winnow: this is a bug in Winnow: ${message.split('\n')[0]}. ${report}` };
}

/**
 * Whether an error is a sentence for people, with its exit code. Known by its name, so that `winnow --help` need not load
 * the packages that throw it.
 */
function isSentence(error: unknown): error is Error & { readonly exitCode: number } {
  return error instanceof Error && ['UserError', 'RunError', 'Interrupted'].includes(error.name) && 'exitCode' in error;
}

/** Help and version were asked for and shown; anything else is a word on the command line that makes no sense. */
function commanderFailure({ code, exitCode, message }: CommanderError): Failure {
  if (exitCode === 0) return { exitCode: 0, message: '' };
  if (code === 'commander.help') return { exitCode: 2, message: '' };
  const [what, hint] = message.replace(/^error: /, '').split('\n');
  const suggestion = hint === undefined ? '' : ` ${hint.replace(/^\((.*)\)$/, '$1')}`;
  return { exitCode: 2, message: `winnow: ${what.replace(/\.$/, '')}.${suggestion} See --help.` };
}
