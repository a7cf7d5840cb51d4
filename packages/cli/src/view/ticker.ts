/** Of lines that tell how far something is, for output that is no terminal: hours stay in sight, and thousands of short trainings fill no log. */
const MILLISECONDS_BETWEEN_LINES = 60_000;

/** Where progress is shown: a stream such as standard error. */
export type TickerStream = Pick<NodeJS.WriteStream, 'isTTY' | 'write'>;

/** Lines that stay, and how far something is. */
export interface Ticker {
  /** A line that stays. */
  readonly say: (text: string) => void;
  /** How far it is: one line that changes, on a terminal alone. */
  readonly tick: (text: string) => void;
  /** How far it is, where there is no terminal: a line that stays, unless the last one is not a minute old. */
  readonly tell: (text: string) => void;
  /** Either of both. */
  readonly follow: (text: string) => void;
  /** What is done, where there is no terminal: a line that stays, unless the last one of these is not a minute old. */
  readonly report: (text: string) => void;
  readonly close: () => void;
}

/** Shows what happens in long work, and how far it is. */
export interface EventView<Event> {
  readonly show: (event: Event) => void;
  /** A line of its own. */
  readonly say: (text: string) => void;
  readonly close: () => void;
}

/**
 * Progress on standard error: standard output holds the result alone.
 * @param quiet whether nothing is told where there is no terminal, as beside JSON
 */
export function ticker(quiet: boolean, stream: TickerStream = process.stderr, now: () => number = Date.now): Ticker {
  const isTerminal = stream.isTTY === true;
  const wipe = isTerminal ? '\r\x1b[K' : '';
  let spokeAt = now();
  let reportedAt = spokeAt;
  const say = (text: string): void => {
    stream.write(`${wipe}${text}\n`);
    spokeAt = now();
  };
  const tick = (text: string): void => {
    if (isTerminal) stream.write(`${wipe}${text}`);
  };
  const isOld = (at: number): boolean => !isTerminal && !quiet && now() - at >= MILLISECONDS_BETWEEN_LINES;
  const tell = (text: string): void => {
    if (isOld(spokeAt)) say(text);
  };
  return {
    say,
    tick,
    tell,
    follow(text) {
      tick(text);
      tell(text);
    },
    report(text) {
      if (!isOld(reportedAt)) return;
      say(text);
      reportedAt = spokeAt;
    },
    close() {
      if (isTerminal) stream.write(wipe);
    },
  };
}
