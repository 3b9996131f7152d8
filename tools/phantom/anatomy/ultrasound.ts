import type { Random } from '../random.ts';
import { blur, createNoise, fractal, step } from './noise.ts';

/** Echogenicity of a point: across -1..1, deep 0..1. */
type Scene = (across: number, deep: number) => number;
export type UltrasoundView = 'liver' | 'gallbladder' | 'kidney';

const LINES = 220;
const SAMPLES = 520;
const HALF_ANGLE = 0.62;
/** The curved array's radius over the picture's depth. */
const APEX = 0.32;

/** A curved-array B-mode picture, row-major, 0..255: speckle is made along the scan lines, then bent into the sector. */
export function ultrasoundImage(random: Random, view: UltrasoundView, rows: number, columns: number): Uint8Array {
  const noise = createNoise(Math.floor(random.next() * 1e9));
  const lines = scanLines(random, scenes(noise)[view], noise);
  const out = new Uint8Array(rows * columns);
  const scale = rows * 0.94;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const x = (column - columns / 2) / scale;
      const y = (row - rows * 0.03) / scale + APEX * Math.cos(HALF_ANGLE);
      const deep = (Math.hypot(x, y) - APEX) / (1 - APEX * (1 - Math.cos(HALF_ANGLE)));
      const angle = Math.atan2(x, y) / HALF_ANGLE;
      if (deep < 0 || deep >= 1 || Math.abs(angle) >= 1) continue;
      out[row * columns + column] = Math.min(255, sample(lines, ((angle + 1) / 2) * (LINES - 1), deep * (SAMPLES - 1)));
    }
  }
  return out;
}

function scanLines(random: Random, scene: Scene, noise: (x: number, y: number, z: number) => number): Float32Array {
  const real = new Float32Array(LINES * SAMPLES);
  const imaginary = new Float32Array(LINES * SAMPLES);
  for (let i = 0; i < real.length; i++) {
    const [line, depth] = [Math.floor(i / SAMPLES), i % SAMPLES];
    const [across, deep] = [(line / LINES) * 2 - 1, depth / SAMPLES];
    const strength = scene(across, deep) * (1 + 0.25 * fractal(noise, across * 9, deep * 18, 3, 2));
    real[i] = random.normal() * strength;
    imaginary[i] = random.normal() * strength;
  }
  blur(real, LINES, SAMPLES, 1.3);
  blur(imaginary, LINES, SAMPLES, 1.3);
  // Envelope, then the logarithm that every scanner applies, over 50 dB.
  return real.map((value, i) => {
    const decibel = 20 * Math.log10(Math.hypot(value, imaginary[i] ?? 0) + 1e-5);
    return Math.max(0, ((decibel + 46) / 50) * 235);
  });
}

function scenes(noise: (x: number, y: number, z: number) => number): Record<UltrasoundView, Scene> {
  const wall = (deep: number): number => (deep < 0.05 ? 1.1 : deep < 0.09 ? 0.25 + 0.9 * step(0.075, 0.085, deep) : 0);
  const liver: Scene = (a, d) => {
    const vessel = Math.min(Math.abs(d - 0.42 - 0.35 * a + 0.05 * Math.sin(a * 7)), Math.abs(d - 0.62 + 0.5 * a) * 1.3);
    if (a > -0.7 && a < 0.55 && vessel < 0.022) return 0.02;
    if (a > -0.7 && a < 0.55 && vessel < 0.032) return 0.55;
    const dome = d - 0.84 - 0.12 * a * a;
    if (Math.abs(dome) < 0.012) return 1.6;
    return dome > 0 ? 0.12 * Math.exp(-dome * 9) : 0.34;
  };
  const withOrgan = (inside: (a: number, d: number) => number | undefined): Scene => (a, d) => wall(d) || (inside(a, d) ?? liver(a, d));
  return {
    liver: withOrgan(() => undefined),
    gallbladder: withOrgan((a, d) => {
      const sac = Math.hypot((a - 0.12) / 0.34, (d - 0.45 - 0.1 * a) / 0.13) + 0.04 * noise(a * 6, d * 6, 2);
      if (sac < 0.94) return 0.012;
      if (sac < 1.04) return 0.8;
      // Fluid does not weaken the beam: what lies behind it is brighter.
      return Math.abs(a - 0.12) < 0.3 && d > 0.58 && d < 0.8 ? 0.6 : undefined;
    }),
    kidney: withOrgan((a, d) => {
      const organ = Math.hypot((a - 0.1) / 0.52, (d - 0.58 + 0.08 * a) / 0.17) + 0.03 * noise(a * 8, d * 8, 4);
      const sinus = Math.hypot((a - 0.1) / 0.28, (d - 0.58 + 0.08 * a) / 0.055) + 0.25 * fractal(noise, a * 14, d * 20, 6, 2);
      if (sinus < 1) return 0.85;
      if (organ < 0.96) return 0.17 + 0.05 * noise(a * 10, d * 10, 8);
      return organ < 1.02 ? 0.9 : undefined;
    }),
  };
}

function sample(lines: Float32Array, line: number, depth: number): number {
  const [l, d] = [Math.floor(line), Math.floor(depth)];
  const [u, v] = [line - l, depth - d];
  const at = (i: number, j: number): number => lines[Math.min(LINES - 1, i) * SAMPLES + Math.min(SAMPLES - 1, j)] ?? 0;
  return (at(l, d) * (1 - u) + at(l + 1, d) * u) * (1 - v) + (at(l, d + 1) * (1 - u) + at(l + 1, d + 1) * u) * v;
}
