/** The bytes of a data set wherever they are: received slices in memory, or a file. */
export interface ByteSource {
  readonly length: number;
  /** `length` bytes from `position`; fewer at the end. A view or a copy: not to be written to. */
  bytes(position: number, length: number): Buffer;
}

export function bufferSource(buffer: Buffer): ByteSource {
  return { length: buffer.length, bytes: (position, length) => buffer.subarray(position, position + length) };
}

/** Slices one after another. Reads are mostly forward, so the last slice found is where the next search begins. */
export function sliceSource(slices: readonly Buffer[]): ByteSource {
  let length = 0;
  const starts = slices.map((slice) => (length += slice.length) - slice.length);
  let at = 0;

  function locate(position: number): void {
    if ((starts[at] ?? 0) > position) at = 0;
    while (at + 1 < slices.length && (starts[at + 1] ?? 0) <= position) at += 1;
  }

  function bytes(position: number, wanted: number): Buffer {
    const end = Math.min(length, position + wanted);
    if (position >= end) return Buffer.alloc(0);
    locate(position);
    const first = slices[at] ?? Buffer.alloc(0);
    const offset = position - (starts[at] ?? 0);
    if (offset + end - position <= first.length) return first.subarray(offset, offset + end - position);
    const parts = [first.subarray(offset)];
    let have = first.length - offset;
    for (let next = at + 1; have < end - position && next < slices.length; next += 1) {
      const slice = slices[next] ?? Buffer.alloc(0);
      parts.push(slice);
      have += slice.length;
    }
    return Buffer.concat(parts, end - position);
  }

  return { length, bytes };
}
