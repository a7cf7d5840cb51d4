import { Command } from 'commander';
import { commands } from './commands.js';
import { version } from './version.js';

const examples = `
Examples:
  winnow find                              a winning ticket of LeNet-300-100 on MNIST, in a few minutes
  winnow find --trials 3 --levels 20       the same with error bars
  winnow list                              what was found so far
  winnow find --help                       all settings of a search

Ctrl-C keeps what is finished; the same command continues. WINNOW_BACKEND and WINNOW_ISA choose a backend.`;

/** The program for these arguments. Only the command that they call is loaded; the others are names in the help text. */
export async function programFor(args: readonly string[]): Promise<Command> {
  const program = new Command('winnow')
    .description('Finds the small network inside the big one: lottery tickets, exact to the bit.')
    .version(version(), '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .addHelpText('after', examples);
  const called = calledCommand(args);
  for (const { name, summary, load } of commands) {
    program.addCommand(name === called ? await load() : new Command(name).description(summary));
  }
  for (const command of family(program)) command.exitOverride().configureOutput({ outputError: () => undefined });
  return program;
}

/** The first word that is no flag, or what `help` is asked about. */
function calledCommand(args: readonly string[]): string | undefined {
  const words = args.filter((arg) => !arg.startsWith('-'));
  return words[0] === 'help' ? words[1] : words[0];
}

function family(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(family)];
}
