/**
 * One line of CSV after RFC 4180, CRLF included. A text a spreadsheet would take for a formula gets an apostrophe before it, so
 * that a name typed by somebody runs nothing where the file is opened; numbers are ours and stay numbers.
 */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(cell).join(',')}\r\n`;
}

function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const inert = /^[\s]*[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(inert) || inert !== value ? `"${inert.replaceAll('"', '""')}"` : inert;
}
