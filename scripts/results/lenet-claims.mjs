/** What Frankle & Carbin 2019 (arXiv 1803.03635v5) say of LeNet-300-100 on MNIST, and how a run stands to it. */

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const percent = (value) => `${(100 * value).toFixed(2)} %`;
const points = (value) => `${value < 0 ? '−' : '+'}${Math.abs(100 * value).toFixed(2)}`;

/** The paper's numbers by level. */
export const paperValues = [
  { level: 0, says: 'early stop at about 98 %', source: 'Figure 4; 98.0 ± 0.2 %' },
  { level: 3, says: 'learns faster than dense', source: 'Figure 3' },
  { level: 7, says: 'early stop 38 % sooner; 2.51 × faster than reinit and 0.5 points better', source: '§2' },
  { level: 9, says: '+0.3 points', source: '§2' },
  { level: 15, says: 'level with the dense network', source: '§2' },
  { level: 16, says: 'the last level at which tickets reach dense accuracy', source: '§2' },
];

/** Each claim with what was measured: { claim, source, holds: 'holds' | 'does not hold', numbers }. */
export function claims(cells, rows) {
  const at = (kind, level) => cells.filter((cell) => cell.kind === kind && cell.level === level);
  const accuracy = (kind, level) => mean(at(kind, level).map((cell) => cell.earlyStop.testAccuracy));
  const stop = (kind, level) => mean(at(kind, level).map((cell) => cell.earlyStop.iteration));
  const dense = accuracy('dense', 0);
  const denseStop = stop('dense', 0);
  const density = (level) => `${(100 * rows.find((row) => row.level === level).density).toFixed(1)} %`;
  const verdict = (holds) => (holds ? 'holds' : 'does not hold');
  const sooner = (level) => 1 - stop('ticket', level) / denseStop;
  const gain = (level) => accuracy('ticket', level) - dense;
  const range = at('dense', 0).map((cell) => cell.earlyStop.testAccuracy);
  const spread = Math.max(...range) - Math.min(...range);
  const between = (level) =>
    `${density(level)}: stops at ${Math.round(stop('ticket', level)).toLocaleString('en')} against ${Math.round(denseStop).toLocaleString('en')} (${Math.abs(Math.round(100 * sooner(level)))} % ${sooner(level) < 0 ? 'later' : 'sooner'}), ${points(gain(level))} points`;
  const firstWorse = rows
    .map((row) => row.level)
    .find(
      (level) =>
        level > 0 &&
        rows.filter((row) => row.level >= level).every((row) => accuracy('reinit', row.level) < dense - spread / 2),
    );
  return [
    {
      claim: 'The dense network reaches about 98 % at early stop',
      source: '98.0 ± 0.2 %',
      holds: verdict(dense >= 0.978 && dense <= 0.985),
      numbers: `${percent(dense)}, trials ${range.map(percent).join(', ')}`,
    },
    {
      claim: 'The ticket at 21 % stops earlier than the dense network and is more accurate',
      source: '38 % sooner, §2',
      holds: verdict(sooner(7) > 0 && gain(7) > 0),
      numbers: between(7),
    },
    {
      claim: 'The ticket at 13.5 % stops earlier and is more accurate',
      source: '+0.3 points, §2',
      holds: verdict(sooner(9) > 0 && gain(9) > 0),
      numbers: between(9),
    },
    {
      claim: 'The ticket at 3.6 % is still level with the dense network',
      source: '§2',
      holds: verdict(gain(15) >= -spread),
      numbers: `${between(15)}; the dense trials differ by ${(100 * spread).toFixed(2)} points`,
    },
    {
      claim: 'Re-initialised, the same masks are worse than the dense network from about 21 % on',
      source: '§2',
      holds: verdict(accuracy('reinit', 7) < dense),
      numbers: `at ${density(7)} ${points(accuracy('reinit', 7) - dense)} points, at ${density(15)} ${points(accuracy('reinit', 15) - dense)}; ${
        firstWorse === undefined
          ? 'never worse at all later levels by more than half the spread of the dense trials'
          : `worse at every level from ${density(firstWorse)} on, by more than half the spread of the dense trials`
      }`,
    },
    {
      claim: 'At 21 % the ticket learns faster than the same mask re-initialised and ends more accurate',
      source: '2.51 × and 0.5 points, §2',
      holds: verdict(stop('ticket', 7) < stop('reinit', 7) && accuracy('ticket', 7) > accuracy('reinit', 7)),
      numbers: `${(stop('reinit', 7) / stop('ticket', 7)).toFixed(2)} ×, ${points(accuracy('ticket', 7) - accuracy('reinit', 7))} points`,
    },
    {
      claim: 'Random sparse networks are worse than tickets',
      source: '97.5 ± 0.3 against 98.3 ± 0.1 % at 10.7 %',
      holds: verdict(accuracy('random', 10) < accuracy('ticket', 10)),
      numbers: `at ${density(10)} ${percent(accuracy('random', 10))} against ${percent(accuracy('ticket', 10))}`,
    },
  ];
}
