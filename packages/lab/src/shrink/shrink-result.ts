/** How a file came to be. */
export type ShrinkKind =
  /** A supermask as it was found. */
  | 'supermask'
  /** A supermask whose biases were trained. */
  | 'supermask with biases'
  /** A level of the search whose survivors share few values. */
  | 'ticket';

/** One file that was made. Accuracies lie between 0 and 1. */
export interface ShrinkFile {
  /** Of the file, without its folder and ending. */
  readonly name: string;
  readonly kind: ShrinkKind;
  /** How many different values a layer's survivors have; null where they are not stored. */
  readonly values: number | null;
  /** Pixels by which training images were shifted while survivors were trained on. */
  readonly shift: number;
  /** The temperature of distillation; null for none. */
  readonly distil: number | null;
  readonly bytes: number;
  readonly body: 'weights' | 'supermask';
  readonly weights: number;
  readonly density: number;
  /** Decides which file is chosen. */
  readonly validationAccuracy: number;
  /** Decides nothing. */
  readonly testAccuracy: number;
  readonly digest: string;
}

/** A finished search as `--json` prints it. */
export interface ShrinkSummary {
  /** The folder. */
  readonly run: string;
  readonly network: string;
  readonly data: string;
  readonly seed: number;
  readonly floor: number;
  /** The smallest file whose validation accuracy reaches the floor; null if none does. */
  readonly smallest: ShrinkFile | null;
  /** All files that were made, smallest first. */
  readonly files: readonly ShrinkFile[];
  /** Whether the budget ended before the search did. */
  readonly stoppedEarly: boolean;
}

/** The smallest file whose validation accuracy reaches the floor; the better one of two that are equally small. */
export function smallestFile(files: readonly ShrinkFile[], floor: number): ShrinkFile | null {
  return files
    .filter(({ validationAccuracy }) => validationAccuracy >= floor)
    .reduce<ShrinkFile | null>((best, file) => (best === null || isBetter(file, best) ? file : best), null);
}

const isBetter = (a: ShrinkFile, b: ShrinkFile): boolean =>
  a.bytes < b.bytes || (a.bytes === b.bytes && a.validationAccuracy > b.validationAccuracy);

/** Files than which no smaller one does as well on validation data, smallest first. */
export function paretoFront(files: readonly ShrinkFile[]): readonly ShrinkFile[] {
  const front: ShrinkFile[] = [];
  for (const file of [...files].sort((a, b) => (isBetter(a, b) ? -1 : isBetter(b, a) ? 1 : 0)))
    if (front.every((smaller) => smaller.validationAccuracy < file.validationAccuracy)) front.push(file);
  return front;
}
