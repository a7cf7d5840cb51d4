import { expect, it } from 'vitest';
import { RunError, UserError } from './errors.js';

it('what the user can mend exits with 2, a run that failed with 3', () => {
  expect(new UserError('Name a folder.')).toMatchObject({ name: 'UserError', exitCode: 2, message: 'Name a folder.' });
  expect(new RunError('The disk is full.')).toMatchObject({ name: 'RunError', exitCode: 3 });
  expect(new UserError('')).not.toBeInstanceOf(RunError);
});
