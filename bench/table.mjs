/**
 * Tables of one run. A table is { id, title, unit, columns, rows, notes } and a row { label, cells }, a cell for each column: a
 * summary of measure.mjs, { median, best } in the table's own unit, or undefined. The first column is the one that the others are
 * divided by, if its title is `baseline`.
 */

/** Plain text: medians, how many times the baseline, and the best in brackets. */
export function formatTable({ title, unit, columns, rows, notes = [] }, baseline = 'winnow') {
  const body = rows.map(({ label, cells }) => {
    const base = columns[0] === baseline ? cells[0] : undefined;
    return [label, ...cells.map((cell, index) => formatCell(cell, index === 0 ? undefined : base))];
  });
  const lines = [['', ...columns], ...body];
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const text = lines.map((line) =>
    line
      .map((entry, column) => (column === 0 ? entry.padEnd(widths[0]) : entry.padStart(widths[column])))
      .join('  ')
      .trimEnd(),
  );
  const legend =
    columns[0] === baseline ? `${unit}; times ${baseline} ×; best in brackets` : `${unit}; best in brackets`;
  return [`${title} (${legend})`, ...text, ...notes.map((note) => `  ${note}`)].join('\n');
}

/** The same as plain data, with the ratios of medians. */
export function tableToJson({ id, title, unit, columns, rows, notes = [] }, baseline = 'winnow') {
  return {
    id,
    title,
    unit,
    columns,
    notes,
    rows: rows.map(({ label, cells }) => ({
      label,
      cells: cells.map((cell) => cell ?? null),
      ratios: cells.map((cell) => (columns[0] === baseline ? ratio(cell, cells[0]) : null)),
    })),
  };
}

/** Median of a cell over that of the baseline; null where either is missing. */
export function ratio(cell, base) {
  return cell === undefined || base === undefined ? null : medianOf(cell) / medianOf(base);
}

function formatCell(cell, base) {
  if (cell === undefined) return '–';
  const times = base === undefined ? '' : ` ${threeDigits(ratio(cell, base))}×`;
  return `${threeDigits(medianOf(cell))}${times} (${threeDigits(bestOf(cell))})`;
}

const medianOf = (cell) => cell.medianMicroseconds ?? cell.median;
const bestOf = (cell) => cell.bestMicroseconds ?? cell.best;

/** Three digits that count, all those before the point, and a comma between thousands. */
export function threeDigits(value) {
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value) || 1)));
  return value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}
