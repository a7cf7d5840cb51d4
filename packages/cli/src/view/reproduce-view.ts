import type { LabEvent, ReproduceEvent } from '@winnow/lab';
import { cellLine } from './cell-line.js';
import { count, duration } from './format.js';
import { noProgress, progressAfter, trialsOf } from './progress.js';
import { progressLine } from './progress-line.js';
import { supermaskProgress } from './supermask-progress.js';
import { type EventView, type TickerStream, ticker } from './ticker.js';

/**
 * One line for each search, and its progress, on standard error: standard output holds the result alone. On a terminal one line of progress
 * changes; elsewhere lines tell what has been trained, one a minute at most, and where nothing has been for a minute, how far it is.
 */
export function reproduceView(quiet: boolean, stream?: TickerStream, now?: () => number): EventView<ReproduceEvent> {
  const { say, tick, report, follow, close } = ticker(quiet, stream, now);
  let heading = '';
  let progress = noProgress;

  function showFind(event: LabEvent): void {
    progress = progressAfter(progress, event);
    const { planned, finished } = progress;
    switch (event.kind) {
      case 'plan': {
        const kept = event.finished.size;
        const left =
          kept === planned.length ? 'all are there' : `${count(kept)} are there, about ${duration(event.seconds)}`;
        if (!quiet) say(`${heading}: ${count(planned.length)} trainings, ${left}`);
        return;
      }
      case 'cell-finished':
        tick(`${heading}: ${progressLine(progress)}`);
        if (!event.reused) {
          const line = cellLine(event.cell, trialsOf(planned), false);
          report(`${heading}: ${count(finished.length)} of ${count(planned.length)} trainings, ${line}`);
        }
        return;
      case 'cell-progress':
        follow(`${heading}: ${progressLine(progress)}`);
        return;
      case 'note':
        say(event.message);
        return;
      case 'cell-started':
        return;
    }
  }

  return {
    say,
    show(event) {
      switch (event.kind) {
        case 'search':
          heading = `[${event.at}/${event.of}] ${event.name}`;
          return;
        case 'find':
          showFind(event.event);
          return;
        case 'supermask':
          if (event.event.kind === 'dense') return showFind(event.event.event);
          if (event.event.kind !== 'trial-finished') {
            return follow(`${heading}: ${supermaskProgress(event.event)}`);
          }
          if (!quiet)
            say(`${heading}: trial ${event.event.trial.trial} is ${event.event.reused ? 'there' : 'finished'}`);
          return;
        case 'concluded':
          if (!quiet) say(`${event.result.name} is drawn`);
      }
    },
    close,
  };
}
