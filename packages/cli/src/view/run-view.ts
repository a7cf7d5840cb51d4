import type { LabEvent } from '@winnow/lab';

/** Shows a run while it goes on. */
export interface RunView {
  show(event: LabEvent): void;
  /** Leaves what is shown standing; nothing is shown afterwards. */
  close(): void;
}
