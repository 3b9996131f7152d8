/** Rows and columns as a compressed frame's own header gives them; `undefined` where no header is found. */
export type CodestreamSize = { readonly rows: number; readonly columns: number };

/**
 * Read before a codec is let near the bytes: a spoilt header can ask for a picture of 65,535 x 65,535, and the codec would
 * set out to decode it. JPEG and JPEG-LS: the frame header (ISO 10918-1 B.2.2, ISO 14495-1 C.2.2). JPEG 2000: SIZ (ISO 15444-1 A.5.1).
 */
export function codestreamSize(bytes: Uint8Array): CodestreamSize | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength < 24) return undefined;
  if (view.getUint32(0) === 0xff4fff51) return { rows: view.getUint32(12) - view.getUint32(20), columns: view.getUint32(8) - view.getUint32(16) };
  return view.getUint16(0) === 0xffd8 ? frameHeader(view) : undefined;
}

function frameHeader(view: DataView): CodestreamSize | undefined {
  let at = 2;
  while (at + 9 <= view.byteLength) {
    const marker = view.getUint16(at);
    // Fill bytes may stand before any marker.
    if (marker === 0xffff) at += 1;
    else if (isFrameHeader(marker)) return { rows: view.getUint16(at + 5), columns: view.getUint16(at + 7) };
    else if (marker < 0xff00 || marker === 0xffda) return undefined;
    else at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}

/** SOF0 to SOF15 without DHT, JPG and DAC, and JPEG-LS's SOF55. */
function isFrameHeader(marker: number): boolean {
  const start = marker >= 0xffc0 && marker <= 0xffcf && marker !== 0xffc4 && marker !== 0xffc8 && marker !== 0xffcc;
  return start || marker === 0xfff7;
}

/** Does the stream end with EOI (0xFFD9), fill bytes aside? Without it the JPEG-LS codec looks for more for half a minute. */
export function isComplete(bytes: Uint8Array): boolean {
  let end = bytes.byteLength;
  while (end > 2 && bytes[end - 1] === 0) end--;
  return bytes[end - 2] === 0xff && bytes[end - 1] === 0xd9;
}
