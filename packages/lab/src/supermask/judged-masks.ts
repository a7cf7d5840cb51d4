/** Where the accuracies of judged masks are kept while a trial is unfinished. */
export interface JudgedStore {
  /** By name; empty if nothing is kept. */
  judged(trial: number): Promise<ReadonlyMap<string, number>>;
  putJudged(trial: number, judged: ReadonlyMap<string, number>): Promise<void>;
}

/** The accuracies of masks that were judged in a trial. A sweep comes back to many, and an interrupted one to all of them. */
export interface JudgedMasks {
  /** How many there are. */
  readonly count: number;
  /** What was found for this name, or what judging finds now. */
  accuracy(name: string, judge: () => Promise<number>): Promise<number>;
  /** Writes what is not written yet. */
  save(): Promise<void>;
}

/**
 * What is kept of a trial, to be gone on with.
 * @param everySeconds how often what is found is written
 */
export async function judgedMasks(store: JudgedStore, trial: number, everySeconds: number): Promise<JudgedMasks> {
  const judged = new Map(await store.judged(trial));
  let writtenAt = performance.now();
  let written = judged.size;
  const save = async (): Promise<void> => {
    if (written === judged.size) return;
    written = judged.size;
    await store.putJudged(trial, judged);
    writtenAt = performance.now();
  };
  return {
    get count() {
      return judged.size;
    },
    async accuracy(name, judge) {
      const known = judged.get(name);
      if (known !== undefined) return known;
      const accuracy = await judge();
      judged.set(name, accuracy);
      if (performance.now() - writtenAt >= 1000 * everySeconds) await save();
      return accuracy;
    },
    save,
  };
}
