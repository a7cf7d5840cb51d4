import { cellLine } from './cell-line.js';
import { opening } from './opening.js';
import type { RunView } from './run-view.js';

/** One line for each thing that happens, for files and pipes. */
export function plainView(stream: NodeJS.WritableStream): RunView {
  let trials = 1;
  const line = (text: string) => void stream.write(`${text}\n`);
  return {
    show(event) {
      switch (event.kind) {
        case 'plan':
          trials = new Set(event.cells.map((cell) => cell.trial)).size;
          return line(opening(event));
        case 'cell-finished':
          return line(cellLine(event.cell, trials, event.reused));
        case 'note':
          return line(event.message);
        case 'cell-started':
        case 'cell-progress':
          return;
      }
    },
    close() {},
  };
}
