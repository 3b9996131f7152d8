import type { BenchResult } from './harness.ts';

const HEAD = ['benchmark', 'ours', 'peer', 'ratio', 'unit', 'bar', 'ok'] as const;

function figure(value: number | null): string {
  if (value === null) return '-';
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

function row(result: BenchResult): string[] {
  const ok = result.ok === null ? '-' : result.ok ? 'yes' : 'NO';
  return [result.name, figure(result.ours), figure(result.peer), figure(result.ratio), result.unit, result.bar ?? '-', ok];
}

/** The results as a table of plain text, each with its note below it. */
export function table(results: readonly BenchResult[]): string {
  const rows = [[...HEAD], ...results.map(row)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string => cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ').trimEnd();
  const [head = [], ...body] = rows;
  const lines = [line(head), widths.map((width) => '-'.repeat(width)).join('  ')];
  body.forEach((cells, i) => lines.push(line(cells), `  ${results[i]?.note ?? ''}`));
  return lines.join('\n');
}
