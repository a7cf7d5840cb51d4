import { isBeforeTraining } from '../before-training/method.js';
import { type CellId, searchedKind } from './cell.js';
import type { Search } from './search.js';

/**
 * The cells that must be finished before this one can start, in the order in which `cellStart` takes them.
 *
 * A ticket needs the one before it, and the dense network too if it is rewound to a later iteration. A one-shot network
 * needs the dense one. Controls wait for no more than what the mask of their level is made from; where layers are pruned
 * by themselves, a random mask's counts are known beforehand, so it waits for nothing.
 */
export function cellDependencies(search: Search, cell: CellId): readonly CellId[] {
  const dense: CellId = { kind: 'dense', level: 0, trial: cell.trial, replicate: 0 };
  switch (cell.kind) {
    case 'dense':
      return [];
    case 'ticket': {
      if (cell.level === 1) return [dense];
      const before: CellId = { kind: 'ticket', level: cell.level - 1, trial: cell.trial, replicate: 0 };
      return needsSnapshot(search) ? [before, dense] : [before];
    }
    case 'one-shot':
      return [dense];
    case 'continued':
      return cell.level === 1 ? [dense] : [{ ...cell, level: cell.level - 1 }];
    case 'snip':
    case 'grasp':
    case 'synflow':
    case 'erk':
    case 'uniform':
      return [];
    case 'reinit':
      return maskSources(search, cell);
    case 'shuffle':
    case 'invert':
      return cellDependencies(search, { ...cell, kind: searchedKind[search.schedule], replicate: 0 });
    case 'random':
      return hasKnownCounts(search) ? [] : maskSources(search, cell);
  }
}

/** Whether the layers' counts at a level are known beforehand, whatever is trained. */
export function hasKnownCounts({ pruning, schedule }: Pick<Search, 'pruning' | 'schedule'>): boolean {
  return pruning.scope === 'layer' && !isBeforeTraining(schedule);
}

/** Whether tickets are rewound to values that only the dense training has seen. */
export function needsSnapshot({ rewind }: Search): boolean {
  return rewind.kind === 'iteration' && rewind.iteration > 0;
}

/** What the searched network of a control's level is pruned from. */
function maskSources(search: Search, cell: CellId): readonly CellId[] {
  const searched = { ...cell, kind: searchedKind[search.schedule], replicate: 0 };
  return cellDependencies(search, searched).slice(0, 1);
}
