/** Specific Character Set (0008,0005) terms the phantoms use, each with its encoder (PS3.3 C.12.1.1.2). */
export type CharacterSet = 'ISO_IR 100' | 'ISO_IR 144' | 'ISO_IR 192' | '\\ISO 2022 IR 87';

/** JIS X 0208 codes of the ideographs and kana in the phantoms' Japanese name. */
const JIS: Readonly<Record<string, number>> = {
  鈴: 0x4e6b, 木: 0x4c5a, 春: 0x3d55, 子: 0x3b52, す: 0x2439, ず: 0x243a, き: 0x242d, は: 0x244f, る: 0x246b, こ: 0x2433,
};

export function encodeText(text: string, characterSet: CharacterSet): Buffer {
  switch (characterSet) {
    case 'ISO_IR 192': return Buffer.from(text, 'utf8');
    case 'ISO_IR 100': return singleBytes(text, (code) => (code < 0x100 ? code : undefined), characterSet);
    // ISO 8859-5: the Cyrillic block lies 0x360 below its code points.
    case 'ISO_IR 144': return singleBytes(text, (code) => (code < 0x80 ? code : code >= 0x401 && code <= 0x45f ? code - 0x360 : undefined), characterSet);
    case '\\ISO 2022 IR 87': return escaped(text);
    default: return characterSet satisfies never;
  }
}

function singleBytes(text: string, byteOf: (code: number) => number | undefined, characterSet: string): Buffer {
  return Buffer.from([...text].map((character) => {
    const byte = byteOf(character.codePointAt(0) ?? 0);
    if (byte === undefined) throw new Error(`${character} cannot be written in ${characterSet}`);
    return byte;
  }));
}

/** Escape to JIS X 0208 and back to ASCII before each delimiter (PS3.5 6.1.2.5.3, H.3). */
function escaped(text: string): Buffer {
  const bytes: number[] = [];
  let kanji = false;
  const shift = (wanted: boolean): void => {
    if (wanted !== kanji) bytes.push(...Buffer.from(wanted ? '\x1b$B' : '\x1b(B', 'latin1'));
    kanji = wanted;
  };
  for (const character of text) {
    const code = JIS[character];
    shift(code !== undefined);
    if (code === undefined) bytes.push(character.charCodeAt(0));
    else bytes.push(code >> 8, code & 0xff);
  }
  shift(false);
  return Buffer.from(bytes);
}
