import { liveView } from './live-view.js';
import { plainView } from './plain-view.js';
import type { RunView } from './run-view.js';

/**
 * The view that fits: a table that grows on a terminal, plain lines elsewhere. With `--json` standard output belongs to
 * the result, so progress goes to standard error, and there only if it is a terminal.
 */
export function chooseView(json: boolean): RunView {
  const stream = json ? process.stderr : process.stdout;
  if (stream.isTTY) return liveView(stream);
  return json ? notesOnly : plainView(stream);
}

const notesOnly: RunView = {
  show(event) {
    if (event.kind === 'note') process.stderr.write(`${event.message}\n`);
  },
  close() {},
};
