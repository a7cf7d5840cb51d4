import type { LabEvent, ReproduceEvent } from '@winnow/lab';
import { cellLine } from './cell-line.js';
import { count, duration } from './format.js';

/** Of lines that tell what is finished, for output that is no terminal: hours stay in sight, and thousands of short trainings fill no log. */
const MILLISECONDS_BETWEEN_LINES = 60_000;

/** Shows what happens while figures are made. */
export interface ReproduceView {
  readonly show: (event: ReproduceEvent) => void;
  /** A line of its own. */
  readonly say: (text: string) => void;
  readonly close: () => void;
}

/**
 * One line for each search, and its progress, on standard error: standard output holds the result alone. On a terminal one line of progress
 * changes; elsewhere lines tell what has been trained, one a minute at most.
 */
export function reproduceView(
  quiet: boolean,
  stream: Pick<NodeJS.WriteStream, 'isTTY' | 'write'> = process.stderr,
  now: () => number = Date.now,
): ReproduceView {
  const isTerminal = stream.isTTY === true;
  const wipe = isTerminal ? '\r\x1b[K' : '';
  let heading = '';
  let finished = 0;
  let planned = 0;
  let trials = 1;
  let spokeAt = now();
  const say = (text: string): void => {
    stream.write(`${wipe}${text}\n`);
    spokeAt = now();
  };
  const tick = (text: string): void => {
    if (isTerminal) stream.write(`${wipe}${heading}: ${text}`);
  };

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
        tick(`${count(finished)} of ${count(planned)} trainings`);
        if (!isTerminal && !quiet && !event.reused && now() - spokeAt >= MILLISECONDS_BETWEEN_LINES) {
          say(`${heading}: ${count(finished)} of ${count(planned)} trainings, ${cellLine(event.cell, trials, false)}`);
        }
        return;
      case 'cell-progress':
        tick(`${count(finished)} of ${count(planned)} trainings, about ${duration(event.secondsLeft)} left`);
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
          if (event.event.kind === 'progress') {
            return tick(
              `trial ${event.event.trial}: ${count(event.event.iteration)} of ${count(event.event.iterations)} steps`,
            );
          }
          if (event.event.kind === 'judged') {
            return tick(`trial ${event.event.trial}: ${count(event.event.masks)} masks judged`);
          }
          if (!quiet)
            say(`${heading}: trial ${event.event.trial.trial} is ${event.event.reused ? 'there' : 'finished'}`);
          return;
        case 'concluded':
          if (!quiet) say(`${event.result.name} is drawn`);
      }
    },
    close() {
      if (isTerminal) stream.write(wipe);
    },
  };
}
