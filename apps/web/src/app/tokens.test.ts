import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const css = readFileSync(new URL('./globals.css', import.meta.url), 'utf8');

function token(name: string): string {
  const value = new RegExp(`--color-${name}: (#[0-9a-f]{6});`).exec(css)?.[1];
  if (value === undefined) throw new Error(`There is no token ${name}`);
  return value;
}

/** WCAG 2.2: relative luminance of sRGB. */
function luminance(hex: string): number {
  const channels = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * channels[0]! + 0.7152 * channels[1]! + 0.0722 * channels[2]!;
}

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(token(a)), luminance(token(b))].sort((x, y) => y - x);
  return (light! + 0.05) / (dark! + 0.05);
}

const GROUNDS = ['surface', 'raised', 'raised-2', 'accent-wash'];

test.each(['text', 'muted', 'accent', 'ai', 'critical-text', 'urgent-text', 'routine-text'])('%s is readable (AA, 4.5:1) on every ground it stands on', (name) => {
  for (const ground of GROUNDS) expect(contrast(name, ground), ground).toBeGreaterThanOrEqual(4.5);
});

test.each([
  ['critical-text', 'critical-wash'],
  ['urgent-text', 'urgent-wash'],
  ['routine-text', 'routine-wash'],
  ['ai', 'ai-wash'],
  ['text', 'critical-wash'],
  ['ai', 'critical-wash'],
  ['surface', 'accent'],
])('%s on %s is readable', (name, ground) => {
  expect(contrast(name, ground)).toBeGreaterThanOrEqual(4.5);
});

test.each(['critical', 'urgent', 'routine', 'accent'])('the shape in %s is seen (3:1)', (name) => {
  for (const ground of GROUNDS) expect(contrast(name, ground), ground).toBeGreaterThanOrEqual(3);
});
