import type { WriteStream } from 'node:tty';
import { levelRows } from '@winnow/lab';
import { createLogUpdate } from 'log-update';
import { createColors } from 'picocolors';
import { levelLegend, levelLine, levelTitles } from './level-table.js';
import { opening } from './opening.js';
import { isLevelFinished, kindsBeside, noProgress, type Progress, progressAfter } from './progress.js';
import { progressLine } from './progress-line.js';
import type { RunView } from './run-view.js';

/** A table that grows by level above one line of progress, on a terminal. Finished levels scroll away; the rest is redrawn. */
export function liveView(stream: WriteStream): RunView {
  const log = createLogUpdate(stream);
  const { dim } = createColors(stream.hasColors());
  const fits = (line: string) => line.slice(0, stream.columns);
  let progress: Progress = noProgress;
  let levelsKept = 0;

  const rows = () => levelRows({ cells: progress.finished, winner: null });
  const line = (row: ReturnType<typeof rows>[number]) => levelLine(row, kindsBeside(progress.planned));

  function draw(): void {
    const open = rows().slice(levelsKept);
    while (open.length > 0 && isLevelFinished(progress, open[0].level)) {
      log.persist(line(open.shift()!));
      levelsKept++;
    }
    log([...open.map(line).map(fits), dim(fits(progressLine(progress)))].join('\n'));
  }

  return {
    show(event) {
      progress = progressAfter(progress, event);
      if (event.kind === 'plan') {
        log.persist(opening(event));
        log.persist(dim(levelLegend));
        log.persist(levelTitles(kindsBeside(progress.planned)));
      } else if (event.kind === 'note') {
        log.persist(event.message);
      }
      if (progress !== noProgress) draw();
    },
    close() {
      log.clear();
      for (const row of rows().slice(levelsKept)) log.persist(line(row));
      log.done();
    },
  };
}
