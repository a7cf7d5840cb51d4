/** A column of a table of text: its title and where its cells stand. */
export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
  /** Characters a cell needs at most; wider content still shows and shifts its row. */
  readonly width?: number;
}

const pad = (text: string, width: number, align: Column['align']): string =>
  align === 'left' ? text.padEnd(width) : text.padStart(width);

/** A line of cells at the columns' own widths, for tables that grow. */
export function tableLine(columns: readonly Column[], cells: readonly string[]): string {
  const widths = columns.map((column) => Math.max(column.width ?? 0, column.title.length));
  return joined(columns, widths, cells);
}

/** A whole table, title line first, as wide as its content. */
export function tableLines(columns: readonly Column[], rows: readonly (readonly string[])[]): readonly string[] {
  const titles = columns.map((column) => column.title);
  const widths = columns.map((column, at) =>
    Math.max(column.width ?? 0, ...[titles, ...rows].map((row) => row[at]?.length ?? 0)),
  );
  return [titles, ...rows].map((row) => joined(columns, widths, row));
}

function joined(columns: readonly Column[], widths: readonly number[], cells: readonly string[]): string {
  return columns
    .map((column, at) => pad(cells[at] ?? '', widths[at]!, column.align))
    .join('  ')
    .trimEnd();
}
