/** A 4-connected component's pixel count and bounding box; `right` and `bottom` are exclusive. */
export type Component = { area: number; left: number; top: number; right: number; bottom: number };

type Run = { readonly row: number; readonly start: number; readonly end: number };

/** 4-connected components of the pixels for which `bright` answers true, in reading order of their first pixel. */
export function components(rows: number, columns: number, bright: (index: number) => boolean): Component[] {
  const runs = runsOf(rows, columns, bright);
  const parent = linkRuns(runs);
  const found = new Map<number, Component>();
  runs.forEach(({ row, start, end }, index) => {
    const key = rootOf(parent, index);
    const box = found.get(key) ?? { area: 0, left: start, top: row, right: end, bottom: row + 1 };
    box.area += end - start;
    box.left = Math.min(box.left, start);
    box.right = Math.max(box.right, end);
    box.bottom = row + 1;
    found.set(key, box);
  });
  return [...found].sort(([a], [b]) => a - b).map(([, component]) => component);
}

function runsOf(rows: number, columns: number, bright: (index: number) => boolean): Run[] {
  const runs: Run[] = [];
  for (let row = 0; row < rows; row++) {
    for (let x = 0; x < columns; x++) {
      if (!bright(row * columns + x)) continue;
      const start = x;
      while (x < columns && bright(row * columns + x)) x++;
      runs.push({ row, start, end: x });
    }
  }
  return runs;
}

/** Union-find over runs that touch the row above. */
function linkRuns(runs: readonly Run[]): number[] {
  const parent: number[] = [];
  let above: number[] = [];
  let current: number[] = [];
  let row = -1;
  runs.forEach((run, index) => {
    parent.push(index);
    if (run.row !== row) {
      above = run.row === row + 1 ? current : [];
      current = [];
      row = run.row;
    }
    for (const other of above) {
      const upper = runs[other];
      if (upper && upper.start < run.end && run.start < upper.end) join(parent, other, index);
    }
    current.push(index);
  });
  return parent;
}

function join(parent: number[], a: number, b: number): void {
  const [x, y] = [rootOf(parent, a), rootOf(parent, b)];
  parent[Math.max(x, y)] = Math.min(x, y);
}

function rootOf(parent: number[], index: number): number {
  let at = index;
  for (let up = parent[at] ?? at; up !== at; up = parent[at] ?? at) {
    parent[at] = parent[up] ?? up;
    at = up;
  }
  return at;
}
