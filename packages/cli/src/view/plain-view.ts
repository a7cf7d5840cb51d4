import { cellLine } from './cell-line.js';
import { opening } from './opening.js';
import { noProgress, progressAfter, trialsOf } from './progress.js';
import { progressLine } from './progress-line.js';
import type { RunView } from './run-view.js';
import { type TickerStream, ticker } from './ticker.js';

/** One line for each thing that happens, for files and pipes, and where nothing has happened for a minute, how far it is. */
export function plainView(stream: TickerStream, now?: () => number): RunView {
  const { say, tell, close } = ticker(false, stream, now);
  let progress = noProgress;
  return {
    show(event) {
      progress = progressAfter(progress, event);
      switch (event.kind) {
        case 'plan':
          return say(opening(event));
        case 'cell-finished':
          return say(cellLine(event.cell, trialsOf(progress.planned), event.reused));
        case 'note':
          return say(event.message);
        case 'cell-progress':
          return tell(progressLine(progress));
        case 'cell-started':
          return;
      }
    },
    close,
  };
}
