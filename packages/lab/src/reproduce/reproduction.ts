import type { ExperimentInput } from '../experiment/schema.js';
import type { ReportFigure } from '../report/figures/figures.js';
import type { StoredRun } from '../store/read-run.js';
import type { SupermaskInput } from '../supermask/supermask-experiment.js';
import type { SupermaskTrial } from '../supermask/supermask-result.js';
import type { Verdict } from './verdict.js';

/** How large a reproduction is: the paper's own scale, with other numbers of trials or iterations, or the quick one. */
export interface Scale {
  readonly quick: boolean;
  readonly trials?: number;
  /** Training steps of every network. */
  readonly iterations?: number;
  /** Of a reproduction that has several networks, those that are wanted; all of them by default. */
  readonly networks?: readonly string[];
  /** Where CIFAR-10 lies, as "cifar-10:FOLDER", if not in Winnow's cache. */
  readonly cifar10?: string;
}

/** What a reproduction has to train, by the name of its folder. Reproductions of one paper share what is the same. */
export type Needed =
  | { readonly kind: 'find'; readonly name: string; readonly input: ExperimentInput }
  | { readonly kind: 'supermask'; readonly name: string; readonly input: SupermaskInput };

/** What is there of it, finished or not. */
export interface Available {
  readonly scale: Scale;
  /** Null while nothing of it is there. */
  run(name: string): Promise<StoredRun | null>;
  /** Finished trials, the first first. */
  supermasks(name: string): Promise<readonly SupermaskTrial[]>;
}

/** A table of text. */
export interface TextTable {
  readonly caption: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface Conclusion {
  readonly figures: readonly ReportFigure[];
  readonly tables: readonly TextTable[];
  /** One for each claim of the paper. */
  readonly verdicts: readonly Verdict[];
}

/** A figure or table of a paper that can be made again. */
export interface Reproduction {
  /** As `winnow reproduce` calls it. */
  readonly name: string;
  readonly title: string;
  /** Paper and figure or section. */
  readonly source: string;
  /** What it shows, in a line. */
  readonly shows: string;
  /** In what the recipe here differs from the paper's at full scale, in sentences. */
  readonly differs: string;
  /** Whether it is made only when it is asked for by its name: one that takes days is no part of `all`. */
  readonly alone?: true;
  /** Its networks, if it can be made of some of them alone. */
  readonly networks?: readonly string[];
  /** The scale in words, for figures and tables; a quick one is marked so. */
  inWords(scale: Scale): string;
  needs(scale: Scale): readonly Needed[];
  /** From whatever is finished. */
  conclude(available: Available): Promise<Conclusion>;
}
