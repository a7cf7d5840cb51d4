import { Command } from 'commander';
import { chooseRun } from '../run/choose-run.js';
import { writeRunReport } from '../run/conclude.js';
import { shownPath } from '../view/path.js';

const examples = `
Examples:
  winnow report                           of the run that was worked on last
  winnow report lenet-300-100-mnist`;

export function reportCommand(): Command {
  return new Command('report')
    .description(
      "Writes a run's report.html, its figures (SVG, PNG) and its data (CSV) into its folder; a search does so at its end.",
    )
    .argument('[run]', 'a run folder, or its name in runs/ (default: the latest)')
    .option('--json', 'print the paths as one JSON object')
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', examples)
    .action(report);
}

async function report(word: string | undefined, { json = false }: { readonly json?: boolean }): Promise<void> {
  const { html, figures, csv, notes } = await writeRunReport(await chooseRun(word));
  for (const note of notes) console.error(note);
  if (json) console.log(JSON.stringify({ html, figures, csv }));
  else for (const path of [html, ...figures, ...csv]) console.log(shownPath(path));
}
