import type { ShrinkEvent } from '@winnow/lab';
import { count, percent } from './format.js';
import { supermaskProgress } from './supermask-progress.js';
import { type EventView, type TickerStream, ticker } from './ticker.js';

/** A line for each file, and how far what is trained is, on standard error. */
export function shrinkView(quiet: boolean, stream?: TickerStream, now?: () => number): EventView<ShrinkEvent> {
  const { say, follow, close } = ticker(quiet, stream, now);
  return {
    say,
    close,
    show(event) {
      switch (event.kind) {
        case 'search': {
          if (event.event.kind === 'note') say(event.event.message);
          if (event.event.kind !== 'cell-progress') return;
          const { cell, iteration, iterations } = event.event;
          return follow(`search, level ${cell.level}: ${share(iteration / iterations)}`);
        }
        case 'supermask':
          if (event.event.kind === 'progress' || event.event.kind === 'judged')
            follow(`supermask-${event.pressure}, ${supermaskProgress(event.event)}`);
          return;
        case 'progress':
          return follow(`${event.name}: ${share(event.share)}`);
        case 'file': {
          const { name, bytes, density, validationAccuracy, testAccuracy } = event.file;
          const again = event.reused ? ' (was there)' : '';
          say(
            `${name}: ${count(bytes)} bytes, ${percent(density)} of the weights, ${percent(validationAccuracy, 2)} on validation data, ${percent(testAccuracy, 2)} on test data${again}`,
          );
        }
      }
    },
  };
}

const share = (done: number): string => `${Math.floor(100 * done)} %`;
