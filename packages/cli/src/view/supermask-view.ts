import type { SupermaskEvent } from '@winnow/lab';
import { count, duration, percent } from './format.js';
import { supermaskProgress } from './supermask-progress.js';
import { type EventView, type TickerStream, ticker } from './ticker.js';

/** A line for each supermask, and its progress, on standard error: standard output holds the result alone. */
export function supermaskView(quiet: boolean, stream?: TickerStream, now?: () => number): EventView<SupermaskEvent> {
  const { say, follow, close } = ticker(quiet, stream, now);
  return {
    say,
    close,
    show(event) {
      switch (event.kind) {
        case 'dense': {
          if (event.event.kind === 'note') say(event.event.message);
          if (event.event.kind !== 'cell-progress') return;
          const { cell, iteration, iterations, secondsLeft } = event.event;
          const left = `about ${duration(secondsLeft)} left`;
          return follow(
            `dense network of trial ${cell.trial}: ${count(iteration)} of ${count(iterations)} steps, ${left}`,
          );
        }
        case 'progress':
        case 'judged':
          return follow(supermaskProgress(event));
        case 'trial-finished': {
          const { trial, density, deterministicTestAccuracy: accuracy } = event.trial;
          const again = event.reused ? ' (was there)' : '';
          say(
            `trial ${trial}: ${percent(accuracy, 2)} right on the test set with ${percent(density)} of the weights${again}`,
          );
        }
      }
    },
  };
}
