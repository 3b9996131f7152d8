/** Smooth value noise on an integer lattice: the same seed gives the same field. Answers about -1..1. */
export function createNoise(seed: number): (x: number, y: number, z: number) => number {
  const salt = Math.imul(seed, 1_274_126_177);
  const lattice = (x: number, y: number, z: number): number => {
    let h = Math.imul(x, 374_761_393) ^ Math.imul(y, 668_265_263) ^ Math.imul(z, 2_147_483_647) ^ salt;
    h = Math.imul(h ^ (h >>> 13), 1_274_126_177);
    return ((h ^ (h >>> 16)) >>> 0) / 2_147_483_648 - 1;
  };
  return (x, y, z) => {
    const x0 = Math.floor(x);
    const y0 = Math.floor(y);
    const z0 = Math.floor(z);
    const u = ease(x - x0);
    const v = ease(y - y0);
    const w = ease(z - z0);
    const near = mix(mix(lattice(x0, y0, z0), lattice(x0 + 1, y0, z0), u), mix(lattice(x0, y0 + 1, z0), lattice(x0 + 1, y0 + 1, z0), u), v);
    const far = mix(mix(lattice(x0, y0, z0 + 1), lattice(x0 + 1, y0, z0 + 1), u), mix(lattice(x0, y0 + 1, z0 + 1), lattice(x0 + 1, y0 + 1, z0 + 1), u), v);
    return mix(near, far, w);
  };
}

/** Noise summed over octaves, each twice as fine and half as strong. */
export function fractal(noise: (x: number, y: number, z: number) => number, x: number, y: number, z: number, octaves: number): number {
  let [sum, gain, scale] = [0, 0.5, 1];
  for (let i = 0; i < octaves; i++) {
    sum += gain * noise(x * scale, y * scale, z * scale + i * 17);
    gain /= 2;
    scale *= 2;
  }
  return sum;
}

const ease = (t: number): number => t * t * (3 - 2 * t);
export const mix = (a: number, b: number, t: number): number => a + (b - a) * t;

/** 0 below `low`, 1 above `high`, smooth between. */
export function step(low: number, high: number, x: number): number {
  return ease(Math.min(1, Math.max(0, (x - low) / (high - low))));
}

/** Separable Gaussian blur, in place; `sigma` in pixels. */
export function blur(values: Float32Array, rows: number, columns: number, sigma: number): void {
  const radius = Math.ceil(sigma * 2.5);
  const kernel = Array.from({ length: radius * 2 + 1 }, (_, i) => Math.exp(-((i - radius) ** 2) / (2 * sigma * sigma)));
  const total = kernel.reduce((a, b) => a + b, 0);
  blurLines(values, rows, columns, 1, kernel.map((k) => k / total), radius);
  blurLines(values, columns, rows, columns, kernel.map((k) => k / total), radius);
}

function blurLines(values: Float32Array, lines: number, length: number, stride: number, kernel: readonly number[], radius: number): void {
  const lineStride = stride === 1 ? length : 1;
  const line = new Float32Array(length);
  for (let l = 0; l < lines; l++) {
    for (let i = 0; i < length; i++) line[i] = values[l * lineStride + i * stride] ?? 0;
    for (let i = 0; i < length; i++) {
      let sum = 0;
      for (let k = -radius; k <= radius; k++) sum += (kernel[k + radius] ?? 0) * (line[Math.min(length - 1, Math.max(0, i + k))] ?? 0);
      values[l * lineStride + i * stride] = sum;
    }
  }
}

/** A square image at twice the size, bilinear between pixel centres. */
export function doubled(values: Float32Array, size: number): Float32Array {
  const out = new Float32Array(size * size * 4);
  const at = (row: number, column: number): number => values[Math.min(size - 1, Math.max(0, row)) * size + Math.min(size - 1, Math.max(0, column))] ?? 0;
  for (let row = 0; row < size * 2; row++) {
    for (let column = 0; column < size * 2; column++) {
      const [r, c] = [row >> 1, column >> 1];
      const [r2, c2] = [row & 1 ? r + 1 : r - 1, column & 1 ? c + 1 : c - 1];
      out[row * size * 2 + column] = 0.5625 * at(r, c) + 0.1875 * (at(r2, c) + at(r, c2)) + 0.0625 * at(r2, c2);
    }
  }
  return out;
}
