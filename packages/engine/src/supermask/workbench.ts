import type { Arena } from '../backends/backend.js';
import type { DataOrder } from '../training/data-order.js';
import type { SupermaskPlan } from './plan.js';
import type { SupermaskOptions } from './supermask.js';

/** What the training of a supermask works with: it does not change. */
export interface Workbench {
  readonly options: SupermaskOptions;
  readonly planned: SupermaskPlan;
  readonly arena: Arena;
  readonly order: DataOrder;
}
