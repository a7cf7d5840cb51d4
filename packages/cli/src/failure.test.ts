import { RunError, UserError } from '@winnow/arithmetic';
import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { failureOf, Interrupted } from './failure.js';

describe('a failure', () => {
  it('that the user can mend exits with 2', () => {
    expect(failureOf(new UserError('no'))).toEqual({ exitCode: 2, message: 'winnow: no' });
  });

  it('of a run exits with 3', () => {
    expect(failureOf(new RunError('no'))).toEqual({ exitCode: 3, message: 'winnow: no' });
  });

  it('by Ctrl-C exits with 130', () => {
    expect(failureOf(new Interrupted('stopped', 130)).exitCode).toBe(130);
  });

  it('on the command line exits with 2 and passes the suggestion on', () => {
    const error = new CommanderError(
      1,
      'commander.unknownOption',
      "error: unknown option '--levl'\n(Did you mean --levels?)",
    );
    expect(failureOf(error)).toEqual({
      exitCode: 2,
      message: "winnow: unknown option '--levl'. Did you mean --levels? See --help.",
    });
  });

  it('is none when help or the version was asked for', () => {
    expect(failureOf(new CommanderError(0, 'commander.helpDisplayed', '(outputHelp)'))).toEqual({
      exitCode: 0,
      message: '',
    });
  });

  it('that nobody foresaw is a bug: one line, and the stack only when debugging', () => {
    const error = new TypeError('x is undefined\nand more');
    const { exitCode, message } = failureOf(error);
    expect(exitCode).toBe(70);
    expect(message).toMatch(/^winnow: this is a bug in Winnow: x is undefined\. Please report/);
    expect(message).not.toContain('\n');
    expect(failureOf(error, true).message).toContain('failure.test.ts');
    expect(failureOf('a string').exitCode).toBe(70);
  });
});
