import type { QualityRoute } from '../finding/analysis.ts';

const WORDS: Readonly<Record<string, string>> = {
  motion: 'Looks blurred, as if the patient moved.',
  noise: 'Looks noisy: too little signal.',
  exposure: 'Parts look burned out or lost in black: exposure or gain looks wrong.',
  inversion: 'Light and dark look exchanged.',
  position: 'The body part looks turned, off centre or cut off.',
  blank: 'The picture is blank.',
};

/** A flaw in words for whoever reads or took the picture. A flaw of a newer edge node is named by its code. */
export function flawWords(code: string): string {
  return WORDS[code] ?? `Looks spoiled (${code}).`;
}

const ASKED = {
  refuse: 'Not analysed. Check the grey values and send it again, or take it again.',
  repeat: 'Take it again if the patient is still there.',
} as const satisfies Partial<Record<QualityRoute, string>>;

/** What the technologist is asked to do. */
export function askedOf(route: keyof typeof ASKED): string {
  return ASKED[route];
}
