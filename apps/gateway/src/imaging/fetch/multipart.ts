import { Readable } from 'node:stream';

/** Bytes on their way from an edge node to a browser. */
export interface Passing {
  readonly contentType: string;
  /** null when the sender did not say. */
  readonly lengthBytes: number | null;
  readonly body: Readable;
}

/** One part in multipart/related (RFC 2387, PS3.18 section 8.6.1.2), passed on as it comes: the reader's pace is the sender's. */
export function asMultipart(part: Passing, boundary: string): Passing {
  const head = Buffer.from(`--${boundary}\r\nContent-Type: ${part.contentType}\r\n\r\n`);
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  const type = part.contentType.split(';')[0] ?? part.contentType;
  return {
    contentType: `multipart/related; type="${type}"; boundary=${boundary}`,
    lengthBytes: part.lengthBytes === null ? null : head.length + part.lengthBytes + tail.length,
    body: Readable.from(around(head, part.body, tail), { objectMode: false }),
  };
}

async function* around(head: Buffer, body: Readable, tail: Buffer): AsyncGenerator<Buffer> {
  try {
    yield head;
    for await (const chunk of body) yield chunk as Buffer;
    yield tail;
  } finally {
    // A browser that went away ends the upload too.
    body.destroy();
  }
}
