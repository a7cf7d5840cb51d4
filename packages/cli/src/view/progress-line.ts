import type { CellId } from '@winnow/tickets';
import { count, duration } from './format.js';
import { type Progress, trialsOf } from './progress.js';

/** One line: what is done, what is being trained, how long it will take. */
export function progressLine({ planned, running, finished, secondsLeft }: Progress): string {
  const trials = trialsOf(planned);
  const parts = [
    `${finished.length} of ${planned.length} trained`,
    ...running.map(({ cell, iteration, iterations }) => {
      return `${cellLabel(cell, trials)}: ${count(iteration)} of ${count(iterations)}`;
    }),
    ...(secondsLeft === null || finished.length === planned.length ? [] : [`${duration(secondsLeft)} left`]),
  ];
  return parts.join(' · ');
}

/** A cell for people: "ticket 7", and its trial and replicate where there are several. */
export function cellLabel({ kind, level, trial, replicate }: CellId, trials: number): string {
  const name = kind === 'dense' ? kind : `${kind} ${level}`;
  const which = [trials > 1 ? `trial ${trial}` : '', replicate > 0 ? `replicate ${replicate}` : ''].filter(Boolean);
  return which.length === 0 ? name : `${name} (${which.join(', ')})`;
}
