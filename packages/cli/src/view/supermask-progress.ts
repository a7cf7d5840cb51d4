import type { SupermaskEvent } from '@winnow/lab';
import { count } from './format.js';

/** How far the search for one supermask is. */
export function supermaskProgress(event: Extract<SupermaskEvent, { readonly kind: 'progress' | 'judged' }>): string {
  const { trial } = event;
  switch (event.kind) {
    case 'progress':
      return `trial ${trial}: ${count(event.iteration)} of ${count(event.iterations)} steps`;
    case 'judged':
      return `trial ${trial}: ${count(event.masks)} masks judged`;
  }
}
