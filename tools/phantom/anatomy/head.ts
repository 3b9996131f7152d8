import type { Random } from '../random.ts';
import { createNoise, fractal, mix, step } from './noise.ts';

/** Tissues a voxel is made of. Each modality gives them its own brightness. */
export type Tissue = 'air' | 'fat' | 'skin' | 'muscle' | 'bone' | 'marrow' | 'csf' | 'grey' | 'white' | 'blood' | 'oedema' | 'eye' | 'lens' | 'calcium' | 'falx';

/** A bleed: centre in mm, mean radius in mm. */
export type Bleed = { readonly x: number; readonly y: number; readonly z: number; readonly radius: number };

/**
 * A head in millimetres, x to the patient's left, y to the back, z up, origin between the ears.
 * Answers the main tissue of a point and, for soft edges, a share of a second one.
 */
export type HeadModel = { tissueAt(x: number, y: number, z: number): Tissue };

const WIDTH = 74;
const LENGTH = 92;
const HEIGHT = 88;

export function createHead(random: Random, bleed: Bleed | undefined): HeadModel {
  const noise = createNoise(Math.floor(random.next() * 1e9));
  const scale = random.between(0.95, 1.05);
  const ventricles = random.between(0.85, 1.25);
  const skullMm = random.between(6, 8);
  const atrophy = random.between(-0.05, 0.12);

  const tissueAt = (px: number, py: number, pz: number): Tissue => {
    const [x, y, z] = [px / scale, py / scale, pz / scale];
    const wobble = 0.02 * noise(x / 40, y / 40, z / 40);
    // The skull narrows in front and is rounder at the back.
    const narrowing = 1 - 0.1 * step(20, -95, y);
    const shell = Math.hypot(x / (WIDTH * narrowing), y / LENGTH, Math.max(z, -6) / HEIGHT) + wobble;
    const outsideMm = (shell - 1) * WIDTH;
    if (z < -6) {
      const base = baseTissue(x, y, z, outsideMm, noise);
      if (base) return base;
    }
    if (outsideMm > 7 + 2 * noise(x / 25, y / 25, z / 25)) return 'air';
    if (outsideMm > 5.5) return 'skin';
    if (outsideMm > 2.2 && Math.abs(x) > 50 && z < 40 && y < 20) return 'muscle';
    if (outsideMm > 0) return 'fat';
    const depthMm = -outsideMm;
    const thickness = skullMm + 1.8 * noise(x / 30, y / 30, z / 30) + 3 * step(60, 84, Math.abs(y));
    if (depthMm < thickness) {
      const inner = depthMm / thickness;
      return inner > 0.38 && inner < 0.62 && noise(x / 6, y / 6, z / 6) > -0.35 ? 'marrow' : 'bone';
    }
    return brainTissue(x, y, z, depthMm - thickness);
  };

  const brainTissue = (x: number, y: number, z: number, depthMm: number): Tissue => {
    if (bleed) {
      const own = bleedTissue(x, y, z, bleed, noise);
      if (own) return own;
    }
    const ventricle = ventricleTissue(x, y, z, ventricles, noise);
    if (ventricle) return ventricle;
    if (Math.abs(x + noise(0, y / 30, z / 30)) < 0.9 && z > 15 && (depthMm < 34 || z > 62)) return 'falx';
    // Sulci: where a warped noise field passes through zero, near the surface and the fissures.
    const bend = fractal(noise, x / 30, y / 30, z / 30, 2) * 9;
    const fold = Math.abs(noise((x + bend) / 13, (y - bend) / 13, (z + bend) / 15));
    const reach = depthMm + 6 * noise(x / 18, y / 18, z / 18);
    const sylvian = Math.hypot((Math.abs(x) - 44) / 14, (y + 14) / 16, (z - 16) / 7);
    const interhemispheric = Math.abs(x) / (0.8 + 1.6 * step(4, -30, y));
    if (depthMm < 1.2 || (fold < 0.1 + atrophy && reach < 15) || (sylvian < 1 && fold < 0.22) || (interhemispheric < 1 && (y < -25 || y > 45) && z > 8)) return 'csf';
    const cortex = reach < 4.5 || (fold < 0.3 && reach < 19);
    const deepGrey = Math.hypot((Math.abs(x) - 25) / 8, (y + 2) / 20, (z - 18) / 12) < 1 || Math.hypot((Math.abs(x) - 11) / 9, (y - 12) / 12, (z - 20) / 9) < 1;
    // Under the tent the cerebellum's leaves look denser than the white matter above.
    const cerebellum = z < 4 - 0.1 * Math.abs(x) && y > 20 + 0.006 * x * x + 3 * noise(x / 16, y / 16, z / 16);
    return cortex || deepGrey || (cerebellum && fold < 0.45) ? 'grey' : 'white';
  };

  return { tissueAt };
}

function bleedTissue(x: number, y: number, z: number, bleed: Bleed, noise: (x: number, y: number, z: number) => number): Tissue | undefined {
  const distance = Math.hypot((x - bleed.x) / 0.85, (y - bleed.y) / 1.2, z - bleed.z) / bleed.radius;
  const edge = distance + 0.28 * fractal(noise, x / 9, y / 9, z / 9, 3);
  if (edge < 1) return 'blood';
  return edge < 1.4 ? 'oedema' : undefined;
}

function ventricleTissue(x: number, y: number, z: number, size: number, noise: (x: number, y: number, z: number) => number): Tissue | undefined {
  const side = Math.abs(x);
  const rough = 1 + 0.12 * noise(x / 8, y / 8, z / 8);
  // Lateral ventricle: a horn that runs forward and out, a body, a horn that runs back and out.
  const front = Math.hypot((side - 9 - 0.22 * Math.max(0, -y - 8)) / (5.2 * size), (y + 22) / 18, (z - 27) / 9);
  const body = Math.hypot((side - 11) / (6 * size), (y - 4) / 24, (z - 34) / 7.5);
  const back = Math.hypot((side - 22 - 0.2 * (y - 30)) / (6.5 * size), (y - 32) / 17, (z - 25) / 11);
  const third = Math.hypot(x / (2.6 * size), (y - 2) / 15, (z - 16) / 9);
  const fourth = Math.hypot(x / (7 * size), (y - 34) / 6, (z + 16) / 9);
  const cistern = Math.hypot(x / 16, (y - 14) / 9, (z + 3) / 6);
  if (Math.hypot(side - 22, y - 30, (z - 24) / 2) < 3.2) return 'calcium';
  if (Math.hypot(x, y - 21, z - 17) < 2.4) return 'calcium';
  if (cistern < 1 && Math.hypot(x / 9, (y - 10) / 8) > 1) return 'csf';
  return Math.min(front, body, back, third, fourth) < rough ? 'csf' : undefined;
}

/** Below the brain: orbits, sinuses, petrous bones, the posterior fossa's floor and the neck. Undefined: as above. */
function baseTissue(x: number, y: number, z: number, outsideMm: number, noise: (x: number, y: number, z: number) => number): Tissue | undefined {
  const side = Math.abs(x);
  const eye = Math.hypot(side - 32, y + 78, z + 22);
  if (Math.hypot((side - 32) / 5.5, (y + 88) / 2.4, (z + 22) / 5.5) < 1) return 'lens';
  if (eye < 12.5) return 'eye';
  const orbit = Math.hypot((side - 30 + 0.18 * (y + 78)) / 18, (y + 66) / 27, (z + 24) / 17);
  if (orbit < 0.88) return Math.abs(side - 27 + 0.35 * (y + 66)) < 2.4 && y > -70 ? 'muscle' : 'fat';
  if (orbit < 1 && y > -84) return 'bone';
  if (side < 12 && y > -84 && y < -34 && z > -50) return noise(x / 5, y / 9, z / 14) > 0.1 ? 'bone' : 'air';
  if (Math.hypot((side - 24) / 12, (y + 62) / 17, (z + 48) / 12) < 1) return 'air';
  if (Math.hypot((side - 47 - 0.5 * (y - 16)) / 22, (y - 14 + 0.4 * (side - 45)) / 9, (z + 20) / 11) < 1) {
    return noise(x / 4, y / 4, z / 4) > 0.32 && side > 40 ? 'air' : 'bone';
  }
  if (Math.hypot(x / 19, (y + 6) / 15, (z + 14) / 9) < 1) return noise(x / 6, y / 6, z / 6) > 0.25 ? 'air' : 'bone';
  if (z < -34) return neckTissue(x, y, z, outsideMm, noise);
  return faceTissue(x, y, z, outsideMm, noise);
}

/** In front of the temporal lobes stands the sphenoid's wing, and before it the face. */
function faceTissue(x: number, y: number, z: number, outsideMm: number, noise: (x: number, y: number, z: number) => number): Tissue | undefined {
  const wing = -28 - 16 * Math.exp(-(((Math.abs(x) - 34) / 15) ** 2)) + 0.35 * (z + 20) + 2 * noise(x / 12, z / 12, 4);
  if (y > wing + 2 || outsideMm > -7) return undefined;
  if (y > wing - 2) return 'bone';
  return noise(x / 14, y / 14, z / 14) > -0.1 ? 'muscle' : 'fat';
}

function neckTissue(x: number, y: number, z: number, outsideMm: number, noise: (x: number, y: number, z: number) => number): Tissue | undefined {
  if (outsideMm > -5) return undefined;
  const canal = Math.hypot(x / 15, (y - 34) / 17);
  if (canal < 0.72) return canal < 0.55 ? 'white' : 'csf';
  if (canal < 1.05) return 'bone';
  if (y > 20 && Math.hypot(x / 60, (y - 40) / 45) < 1 && z > -46) return Math.hypot(x / 46, (y - 42) / 34) < 1 ? 'grey' : 'bone';
  if (Math.hypot((Math.abs(x) - 52) / 6, (y + 14) / 16) < 1) return 'bone';
  return noise(x / 12, y / 12, z / 16) > -0.15 ? 'muscle' : 'fat';
}

/** Hounsfield units: mean of each tissue (a 120 kV scan without contrast agent). */
const HOUNSFIELD: Readonly<Record<Tissue, number>> = {
  air: -1000, fat: -85, skin: 45, muscle: 55, bone: 1150, marrow: 450, csf: 6, grey: 38, white: 29, blood: 66, oedema: 20, eye: 12, lens: 75, calcium: 260, falx: 46,
};
/** Signal of a T2-weighted MR image, 0..1. */
const T2_SIGNAL: Readonly<Record<Tissue, number>> = {
  air: 0.02, fat: 0.6, skin: 0.4, muscle: 0.22, bone: 0.04, marrow: 0.4, csf: 1, grey: 0.52, white: 0.36, blood: 0.25, oedema: 0.75, eye: 0.95, lens: 0.2, calcium: 0.1, falx: 0.2,
};

export type Slice = { readonly size: number; readonly pixelSpacingMm: number; readonly zMm: number; readonly thicknessMm: number };

/** One axial slice, row-major: the thickness is averaged over two planes (partial volume). */
function slice(head: HeadModel, { size, pixelSpacingMm, zMm, thicknessMm }: Slice, values: Readonly<Record<Tissue, number>>): Float32Array {
  const out = new Float32Array(size * size);
  const planes = [-0.25, 0.25].map((share) => zMm + share * thicknessMm);
  for (let row = 0; row < size; row++) {
    const y = (row - size / 2 + 0.5) * pixelSpacingMm;
    for (let column = 0; column < size; column++) {
      const x = (column - size / 2 + 0.5) * pixelSpacingMm;
      if (Math.hypot(x / 92, y / 110) > 1) {
        out[row * size + column] = values.air;
        continue;
      }
      out[row * size + column] = planes.reduce((sum, z) => sum + values[head.tissueAt(x, y, z)], 0) / planes.length;
    }
  }
  return out;
}

export const ctSlice = (head: HeadModel, geometry: Slice): Float32Array => slice(head, geometry, HOUNSFIELD);
export const mrSlice = (head: HeadModel, geometry: Slice): Float32Array => slice(head, geometry, T2_SIGNAL);

/** The head rest, a shallow arc below the head: Hounsfield units added over air. */
export function addHeadRest(values: Float32Array, size: number, pixelSpacingMm: number): void {
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const x = (column - size / 2) * pixelSpacingMm;
      const y = (row - size / 2) * pixelSpacingMm;
      const ring = Math.abs(Math.hypot(x, y + 12) - 116);
      const i = row * size + column;
      if (y > 40 && ring < 2 && (values[i] ?? 0) < -900) values[i] = mix(-150, 60, step(2, 0.5, ring));
    }
  }
}
