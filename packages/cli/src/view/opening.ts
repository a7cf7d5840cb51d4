import type { LabEvent } from '@winnow/lab';
import { duration } from './format.js';
import { shownPath } from './path.js';

type PlanEvent = Extract<LabEvent, { readonly kind: 'plan' }>;

/** What a run says before it starts: where, with what, and how long it will take. */
export function opening({ run, backend, isa, workers, threads, cells, finished, seconds }: PlanEvent): string {
  const kept = finished.size === 0 ? '' : `, ${finished.size} kept from before`;
  const left = finished.size === cells.length ? 'nothing is left to train' : `about ${duration(seconds)}`;
  const by = workersText({ workers, threads });
  const place = run === null ? '' : ` in ${shownPath(run)}`;
  return `${cells.length} trainings${kept}${place}: ${left} with ${by} on ${isa === null ? backend : `${backend} (${isa})`}.`;
}

/** "2 workers", "1 worker of 2 threads". */
export function workersText({ workers, threads }: Pick<PlanEvent, 'workers' | 'threads'>): string {
  const text = workers === 1 ? '1 worker' : `${workers} workers`;
  return threads === 1 ? text : `${text} of ${threads} threads`;
}
