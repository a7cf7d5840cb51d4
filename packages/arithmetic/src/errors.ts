/**
 * Something that the user can mend: a bad flag, a missing or wrong file, an unwritable folder.
 * The message is one clear sentence: what is wrong, where, and what to do. It is shown without a stack trace.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  /** What the command exits with. */
  readonly exitCode = 2;
}

/**
 * A run that failed although everything asked of it made sense: non-finite values, a full disk, a collapsed layer.
 * The message is one clear sentence: what happened, where, and what to do. It is shown without a stack trace.
 */
export class RunError extends Error {
  override readonly name = 'RunError';
  /** What the command exits with. */
  readonly exitCode = 3;
}
