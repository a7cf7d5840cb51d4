import { RunError, UserError } from '@winnow/arithmetic';

/** The code of an error of the operating system, such as 'ENOSPC'; undefined for any other error. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Why a path cannot be written, where the user can mend it. */
const mendable: Readonly<Record<string, string>> = {
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EEXIST: 'there is a file of that name',
  ENOENT: 'no folder can be made there',
  ENAMETOOLONG: 'the name is too long',
  EINVAL: 'the name is not allowed there',
  ELOOP: 'the path goes round in circles',
};

/**
 * An error met while a run's files were written, as the sentence to show: a full disk is a RunError, a place that can
 * never be written is a UserError. Errors that are already sentences pass through.
 */
export function writingError(error: unknown, path: string): Error {
  if (error instanceof UserError || error instanceof RunError) return error;
  const code = systemCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new RunError(
      `The disk is full: ${path} could not be written. Free some space and run the same again; finished cells are kept.`,
    );
  }
  if (code !== undefined && code in mendable) {
    return new UserError(`${path} cannot be written: ${mendable[code]}. Choose another folder for the run (--out).`);
  }
  if (code !== undefined) return new RunError(`${path} could not be written: ${(error as Error).message}.`);
  return error instanceof Error ? error : new Error(String(error));
}
