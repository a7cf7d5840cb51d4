import type { LabEvent, ReproduceEvent } from '@winnow/lab';
import { cellLine } from './cell-line.js';
import { count, duration } from './format.js';
import { supermaskProgress } from './supermask-progress.js';
import { type EventView, type TickerStream, ticker } from './ticker.js';

/**
 * One line for each search, and its progress, on standard error: standard output holds the result alone. On a terminal one line of progress
 * changes; elsewhere lines tell what has been trained, one a minute at most.
 */
export function reproduceView(quiet: boolean, stream?: TickerStream, now?: () => number): EventView<ReproduceEvent> {
  const { say, tick, tell, follow, close } = ticker(quiet, stream, now);
  let heading = '';
  let finished = 0;
  let planned = 0;
  let trials = 1;

  function showFind(event: LabEvent): void {
    switch (event.kind) {
      case 'plan': {
        [finished, planned] = [0, event.cells.length];
        trials = new Set(event.cells.map(({ trial }) => trial)).size;
        const kept = event.finished.size;
        const left = kept === planned ? 'all are there' : `${count(kept)} are there, about ${duration(event.seconds)}`;
        if (!quiet) say(`${heading}: ${count(planned)} trainings, ${left}`);
        return;
      }
      case 'cell-finished':
        finished++;
        tick(`${heading}: ${count(finished)} of ${count(planned)} trainings`);
        if (!event.reused)
          tell(`${heading}: ${count(finished)} of ${count(planned)} trainings, ${cellLine(event.cell, trials, false)}`);
        return;
      case 'cell-progress':
        tick(
          `${heading}: ${count(finished)} of ${count(planned)} trainings, about ${duration(event.secondsLeft)} left`,
        );
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
