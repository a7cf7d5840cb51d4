import { failureOf } from './failure.js';
import { programFor } from './program.js';

/** Runs the command line `args` (without node and script) and returns the exit code. Never throws. */
export async function main(args: readonly string[]): Promise<number> {
  process.stdout.on('error', leaveWhenNobodyReads);
  try {
    const program = await programFor(args);
    if (args.length === 0) {
      program.outputHelp();
      return 0;
    }
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    const { exitCode, message } = failureOf(error, process.env.WINNOW_DEBUG === '1');
    if (message !== '') console.error(message);
    return exitCode;
  }
}

/** The reader of a pipe has gone, as in `winnow list | head -1`. */
function leaveWhenNobodyReads(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
}
