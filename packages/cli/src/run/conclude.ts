import { type RunSummary, readRun, reportOf, resultSentence, writeReport } from '@winnow/lab';
import { createColors } from 'picocolors';
import { commandOf } from '../options/command-line.js';
import { runFolder } from '../options/run-name.js';
import type { RunningFlags } from '../options/running.js';
import { shownPath } from '../view/path.js';

/** Writes the report of a run that has ended and says what was found: a sentence and the paths, or one JSON object. */
export async function concludeRun(summary: RunSummary, out: string, { json = false }: RunningFlags): Promise<void> {
  const { html, notes } = await writeRunReport(out);
  if (json) {
    for (const note of notes) console.error(note);
    console.log(JSON.stringify(summary));
    return;
  }
  const { bold } = createColors(process.stdout.isTTY === true && process.stdout.hasColors());
  console.log(`\n${bold(resultSentence(summary))}\n`);
  for (const note of notes) console.log(note);
  console.log(`Run     ${shownPath(out)}`);
  console.log(`Report  ${shownPath(html)}`);
}

/** Reads a run and writes its report into its folder. @throws UserError, RunError as `readRun` and `writeReport` */
export async function writeRunReport(path: string) {
  const run = await readRun(path);
  const usual = runFolder(run.experiment);
  const command = commandOf(run.experiment, shownPath(path) === usual ? undefined : shownPath(path));
  const written = await writeReport(reportOf(run, command, shownPath(path)), path);
  return { ...written, notes: [...run.notes, ...written.notes] };
}
