import type { Random } from '../random.ts';
import { blur, createNoise, doubled, fractal, step } from './noise.ts';

/** An opacity: centre and radii as shares of the image, and how dense it is (1 is soft tissue of its own thickness). */
export type Opacity = { readonly x: number; readonly y: number; readonly rx: number; readonly ry: number; readonly density: number };
export type ChestShape = { readonly size: number; readonly heart: number; readonly inspiration: number; readonly build: number; readonly opacities: readonly Opacity[] };

/** Path lengths through the body in the direction of the beam, in units of the trunk's depth; patient's right at the left. */
type Layer = (u: number, v: number) => number;

/**
 * A frontal chest radiograph of size x size (even), row-major, brighter where more was absorbed, 0..1. The image is the sum of the paths through
 * trunk, mediastinum, heart, vessels and bone, less the air of the lungs, as a detector would see it after the logarithm.
 */
export function chestRadiograph(random: Random, shape: ChestShape): Float32Array {
  const noise = createNoise(Math.floor(random.next() * 1e9));
  const lung = lungs(shape);
  const values = doubled(absorption(random, shape, lung, noise), shape.size / 2);
  drawVessels(values, shape.size, shape, lung, random);
  blur(values, shape.size, shape.size, 1.1);
  return exposed(values, random);
}

/** Everything but the vessels is smooth, so it is computed at half the size. */
function absorption(random: Random, shape: ChestShape, lung: Layer, noise: (x: number, y: number, z: number) => number): Float32Array {
  const size = shape.size / 2;
  const layers = [trunk(shape, noise), mediastinum(shape), heart(shape, noise), spine(), ribs(shape, random), clavicles(random), diaphragm(shape)];
  const values = new Float32Array(size * size);
  for (let i = 0; i < values.length; i++) {
    const [u, v] = [((i % size) + 0.5) / size - 0.5, (Math.floor(i / size) + 0.5) / size];
    const air = lung(u, v);
    const absorbed = layers.reduce((sum, layer) => sum + layer(u, v), 0);
    const patch = air > 0.02 ? opacity(shape, noise, u, v) * Math.min(1, air * 2.4) : 0;
    values[i] = absorbed - 0.62 * air + 0.05 * air * fractal(noise, u * 38, v * 38, 3, 3) + patch;
  }
  return values;
}

/** Detector response and grain: the logarithm flattens dense parts, photons are scarcer there. */
function exposed(values: Float32Array, random: Random): Float32Array {
  return values.map((absorbed) => {
    const level = 1 - Math.exp(-1.25 * Math.max(0, absorbed));
    return Math.min(1, Math.max(0, level * 1.18 + random.normal() * (0.006 + 0.012 * level)));
  });
}

/** The chord through an ellipse of unit depth: 1 in the middle, 0 at the edge. */
const chord = (distance: number): number => (Math.abs(distance) < 1 ? Math.sqrt(1 - distance * distance) : 0);

function trunk({ build }: ChestShape, noise: (x: number, y: number, z: number) => number): Layer {
  return (u, v) => {
    const neck = 0.12 + 0.02 * v;
    const shoulder = neck + 0.5 * build * step(0.03, 0.24, v + 0.04 * noise(u * 3, v * 3, 5)) ** 1.2;
    const half = Math.min(shoulder, 0.56 * build - 0.035 * step(0.3, 0.6, v) + 0.02 * step(0.7, 1, v));
    return 0.76 * chord(Math.abs(u) / half) ** 0.8 + 0.025 * fractal(noise, u * 7, v * 7, 9, 3);
  };
}

/** Two lungs, drawn narrower at the apex, cut below by the domes of the diaphragm and inside by the heart. */
function lungs({ inspiration, build }: ChestShape): Layer {
  return (u, v) => {
    const right = u < 0;
    const side = Math.abs(u);
    const floor = domeAt(u, inspiration);
    const apex = 0.115;
    const tall = (v - apex) / (floor - apex);
    if (tall <= 0) return 0;
    const centre = 0.2 + 0.02 * tall - 0.06 * (1 - tall);
    const half = (0.075 + 0.115 * Math.min(1, Math.sqrt(tall) * 1.1)) * build * (right ? 1.03 : 0.97);
    const across = (side - centre * build) / half;
    const soft = step(0.018, -0.012, v - floor);
    return chord(Math.min(1, Math.abs(across)) ** 1.35) * step(0, 0.16, tall) ** 0.6 * soft;
  };
}

/** Height of the diaphragm at u: the right dome stands higher; both fall away to the costophrenic angles. */
function domeAt(u: number, inspiration: number): number {
  const centre = u < 0 ? -0.2 : 0.21;
  const top = (u < 0 ? 0.735 : 0.76) + 0.06 * (inspiration - 1);
  return top + 2.6 * (u - centre) ** 2 + 14 * Math.max(0, Math.abs(u) - 0.33) ** 2;
}

function diaphragm({ inspiration }: ChestShape): Layer {
  return (u, v) => {
    const below = v - domeAt(u, inspiration);
    if (below < 0) return 0;
    const stomach = 0.16 * chord(Math.hypot((u - 0.2) / 0.075, (v - domeAt(0.2, inspiration) - 0.045) / 0.032));
    return 0.34 * step(0, 0.16, below) + 0.1 * step(0, 0.012, below) - stomach;
  };
}

function mediastinum({ heart: size }: ChestShape): Layer {
  return (u, v) => {
    const half = 0.075 + 0.02 * Math.sin(v * 7 - 0.4) + 0.015 * size;
    const soft = step(half, half * 0.35, Math.abs(u - 0.01 - 0.012 * Math.sin(v * 9)));
    const arch = 0.22 * chord(Math.hypot((u - 0.06) / 0.042, (v - 0.31) / 0.05));
    const descending = 0.1 * chord((u - 0.058) / 0.03) * step(0.31, 0.4, v);
    const cava = 0.1 * chord((u + 0.05) / 0.024) * step(0.2, 0.32, v) * step(0.62, 0.45, v);
    const trachea = -0.15 * chord((u - 0.004 - 0.02 * v) / 0.02) * step(0.44, 0.36, v);
    const bronchi = -0.1 * chord((v - 0.4 - 0.75 * Math.abs(u)) / 0.016) * step(0.1, 0.05, Math.abs(u));
    return 0.3 * soft * step(0.03, 0.22, v) + arch + descending + cava + trachea + bronchi;
  };
}

function heart({ heart: size }: ChestShape, noise: (x: number, y: number, z: number) => number): Layer {
  return (u, v) => {
    const [x, y] = [u - 0.05, v - 0.635];
    const [along, across] = [x * 0.8 + y * 0.6, -x * 0.6 + y * 0.8];
    const left = chord(Math.hypot(along / (0.18 * size), across / (0.125 * size)) + 0.02 * noise(u * 10, v * 10, 1));
    const atrium = chord(Math.hypot((u + 0.045) / (0.068 * size), (v - 0.62) / 0.12));
    const outflow = chord(Math.hypot((u - 0.05) / 0.05, (v - 0.42) / 0.09));
    return 0.42 * left ** 0.8 + 0.16 * atrium + 0.1 * outflow;
  };
}

function spine(): Layer {
  return (u, v) => {
    const column = chord(u / 0.036);
    if (column === 0) return 0;
    const disc = 0.5 + 0.5 * Math.cos((v / (0.044 + 0.012 * v)) * 2 * Math.PI);
    const pedicle = chord(Math.hypot((Math.abs(u) - 0.024) / 0.008, (((v * 20) % 1) - 0.5) / 0.22));
    return 0.11 * column ** 0.7 * (0.6 + 0.4 * disc) + 0.05 * pedicle;
  };
}

/** Nine pairs of ribs: the back part runs out and slightly down, the front part steeply down and in; hollow tubes. */
function ribs({ build }: ChestShape, random: Random): Layer {
  const pairs = Array.from({ length: 9 }, (_, i) => ({ back: 0.125 + i * 0.068 + random.between(-0.004, 0.004), width: 0.0135 + 0.0006 * i, reach: 0.22 + 0.17 * Math.sin(Math.min(1.5, 0.35 + i * 0.16)) }));
  return (u, v) => {
    const side = Math.abs(u) / build;
    return pairs.reduce((sum, { back, width, reach }) => {
      if (side > reach || side < 0.035) return sum;
      const t = side / reach;
      const backLine = back - 0.028 * Math.sin(t * Math.PI * 0.75) + 0.075 * t ** 3;
      const frontLine = back + 0.075 + 0.19 * (1 - t) ** 0.9 - 0.01;
      const front = t > 0.42 ? 0.075 * tube((v - frontLine) / (width * 1.15)) * step(0.4, 0.55, t) : 0;
      return sum + 0.105 * tube((v - backLine) / width) * step(0.03, 0.08, side) + front;
    }, 0);
  };
}

/** A hollow tube seen from the side: dense rims, a lighter middle. */
const tube = (d: number): number => 1.25 * chord(Math.abs(d)) - 0.75 * chord(Math.abs(d) / 0.72);

function clavicles(random: Random): Layer {
  const tilt = random.between(-0.01, 0.01);
  return (u, v) => {
    const side = Math.abs(u);
    if (side < 0.045) return 0;
    const line = 0.178 - 0.13 * (side - 0.045) + 0.03 * Math.sin((side - 0.045) * 14) + tilt * Math.sign(u);
    const blade = 0.07 * step(1, 0.75, Math.hypot((side - 0.39 - 0.1 * (v - 0.3)) / 0.1, (v - 0.31) / 0.18));
    const rim = 0.05 * tube((side - 0.315 - 0.14 * (v - 0.3)) / 0.012) * step(0.2, 0.26, v) * step(0.48, 0.4, v);
    const joint = 0.12 * chord(Math.hypot((side - 0.46) / 0.05, (v - 0.19) / 0.05));
    return 0.2 * tube((v - line) / 0.017) * step(0.41, 0.36, side) + blade + rim + joint;
  };
}

function opacity({ opacities }: ChestShape, noise: (x: number, y: number, z: number) => number, u: number, v: number): number {
  return opacities.reduce((sum, { x, y, rx, ry, density }) => {
    const distance = Math.hypot((u + 0.5 - x) / rx, (v - y) / ry) + 0.35 * fractal(noise, u * 14, v * 14, 31, 3);
    const cloud = step(1.15, 0.25, distance) * (0.78 + 0.45 * fractal(noise, u * 45, v * 45, 57, 3));
    // Bronchi that still hold air show as dark branches in the cloud.
    const bronchus = step(0.06, 0.02, Math.abs(noise(u * 30 + v * 9, v * 17 - u * 8, 71))) * 0.3;
    return sum + density * cloud * (1 - bronchus);
  }, 0);
}

/** Vessels branch from each hilum and thin out towards the chest wall. */
function drawVessels(values: Float32Array, size: number, shape: ChestShape, lung: Layer, random: Random): void {
  const grow = (u: number, v: number, angle: number, width: number, depth: number): void => {
    const length = random.between(0.04, 0.075) * (0.75 + width * 40);
    const steps = Math.ceil(length * size);
    let [x, y, heading] = [u, v, angle];
    for (let i = 0; i < steps; i++) {
      heading += random.normal() * 0.05;
      x += (Math.cos(heading) * length) / steps;
      y += (Math.sin(heading) * length) / steps;
      const air = lung(x, y);
      if (air > 0.05) stamp(values, size, x + 0.5, y, width * (1 - (0.35 * i) / steps), 0.03 + width * 11 * Math.min(1, air));
    }
    if (depth === 0) return;
    const branches = random.next() < 0.35 ? 3 : 2;
    for (let i = 0; i < branches; i++) grow(x, y, heading + random.between(-0.5, 0.5), width * random.between(0.6, 0.75), depth - 1);
  };
  for (const side of [-1, 1]) {
    const hilum = { u: side * 0.085, v: side < 0 ? 0.46 : 0.44 };
    for (let i = 0; i < 9; i++) {
      const spread = -1.35 + (2.9 * i) / 8 + random.between(-0.12, 0.12);
      grow(hilum.u, hilum.v + random.between(-0.03, 0.05), side < 0 ? Math.PI - spread : spread, 0.0075 * (0.8 + 0.2 * shape.heart), 4);
    }
  }
}

function stamp(values: Float32Array, size: number, u: number, v: number, radius: number, density: number): void {
  const r = Math.max(0.9, radius * size);
  const [cx, cy] = [u * size, v * size];
  for (let y = Math.max(0, Math.floor(cy - r)); y <= Math.min(size - 1, cy + r); y++) {
    for (let x = Math.max(0, Math.floor(cx - r)); x <= Math.min(size - 1, cx + r); x++) {
      const d = Math.hypot(x - cx, y - cy) / r;
      // Each stamp overlaps the last along the vessel: divide by the radius to keep the density of the path.
      if (d < 1) values[y * size + x] = (values[y * size + x] ?? 0) + (density * Math.sqrt(1 - d * d)) / (2.2 * r);
    }
  }
}
