import { type Command, Option } from 'commander';

type ParserFor<T> = (flag: string) => (text: string) => T;

/**
 * Adds a flag that takes a value: `flags` as in '--levels <n>'. The parser is told the flag's name for its error message.
 * `usual` is what the help text names as the default; the value itself stays undefined, since a config file may set it.
 */
export function addFlag<T>(
  command: Command,
  flags: string,
  text: string,
  parser: ParserFor<T>,
  usual?: string | number,
): void {
  const [name] = flags.split(' ');
  const shown = usual === undefined ? text : `${text} (default: ${usual})`;
  command.addOption(new Option(flags, shown).argParser(parser(name)));
}
