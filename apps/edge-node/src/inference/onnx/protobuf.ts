/** One field of a Protocol Buffers message: its number, and its bytes or its varint. */
export type Field = { readonly number: number; readonly bytes: Uint8Array; readonly value: number };

const NOTHING = new Uint8Array();

/** The fields of a message in their order. Throws RangeError where it is none. */
export function* fieldsOf(message: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let [value, scale] = [0, 1];
    for (let i = 0; i < 10; i++) {
      const byte = message[at++];
      if (byte === undefined) throw new RangeError('the message ends in a number');
      value += (byte & 127) * scale;
      scale *= 128;
      if (byte < 128) return value;
    }
    throw new RangeError('a number is too long');
  };
  while (at < message.length) {
    const tag = varint();
    const [number, type] = [Math.floor(tag / 8), tag % 8];
    if (number === 0) throw new RangeError('a field has no number');
    const length = lengthOf(type, varint, message.length - at);
    if (type === 0) yield { number, bytes: NOTHING, value: length };
    else {
      if (length > message.length - at) throw new RangeError('the message is cut off');
      yield { number, bytes: message.subarray(at, at + length), value: 0 };
      at += length;
    }
  }
}

/** Of a varint its value, of the other wire types how many bytes follow. */
function lengthOf(type: number, varint: () => number, left: number): number {
  switch (type) {
    case 0:
    case 2: return varint();
    case 1: return 8;
    case 5: return 4;
    default: throw new RangeError(`wire type ${type} with ${left} bytes left`);
  }
}

export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
