import type { Opacity } from './anatomy/chest.ts';
import type { Bleed } from './anatomy/head.ts';
import type { UltrasoundView } from './anatomy/ultrasound.ts';
import type { CharacterSet } from './dicom/charset.ts';

/** What is really in the pictures. It never goes into the DICOM files. */
export type Truth = { readonly haemorrhage: boolean; readonly pneumonia: boolean };

export type Anatomy =
  | { readonly kind: 'chest'; readonly heart: number; readonly inspiration: number; readonly build: number; readonly opacities: readonly Opacity[] }
  | { readonly kind: 'head-ct'; readonly bleed: Bleed | undefined; readonly slices: number }
  | { readonly kind: 'head-mr'; readonly slices: number }
  | { readonly kind: 'ultrasound'; readonly views: readonly UltrasoundView[] };

export type Case = {
  readonly key: string;
  readonly name: string;
  readonly characterSet: CharacterSet;
  readonly sex: 'M' | 'F';
  readonly ageYears: number;
  readonly priority: '' | 'STAT' | 'EMERGENCY' | 'INPATIENT' | 'OUTPATIENT';
  readonly description: string;
  readonly referringPhysician: string;
  /** How long before `now` the pictures were taken. */
  readonly minutesAgo: number;
  readonly anatomy: Anatomy;
};

const normalChest = { kind: 'chest', heart: 1, inspiration: 1, build: 1, opacities: [] } as const;

/** A morning's list: all names are made up. */
export const CASES: readonly Case[] = [
  {
    key: 'ct-bleed-large', name: 'Lindqvist^Åsa', characterSet: 'ISO_IR 100', sex: 'F', ageYears: 71, priority: 'STAT', minutesAgo: 6,
    description: 'CT head without contrast', referringPhysician: 'Okafor^Ngozi',
    anatomy: { kind: 'head-ct', bleed: { x: 27, y: -4, z: 22, radius: 17 }, slices: 24 },
  },
  {
    key: 'ct-bleed-small', name: 'Suzuki^Haruko=鈴木^春子=すずき^はるこ', characterSet: '\\ISO 2022 IR 87', sex: 'F', ageYears: 64, priority: 'OUTPATIENT', minutesAgo: 48,
    description: 'CT head, headache for two days', referringPhysician: 'Marchetti^Paolo',
    anatomy: { kind: 'head-ct', bleed: { x: -22, y: 10, z: 30, radius: 9.5 }, slices: 24 },
  },
  {
    key: 'ct-normal-a', name: 'Ferreira^Tomás', characterSet: 'ISO_IR 100', sex: 'M', ageYears: 35, priority: 'EMERGENCY', minutesAgo: 22,
    description: 'CT head after a fall', referringPhysician: 'Okafor^Ngozi', anatomy: { kind: 'head-ct', bleed: undefined, slices: 24 },
  },
  {
    key: 'ct-normal-b', name: 'Вересаев^Николай^Петрович', characterSet: 'ISO_IR 144', sex: 'M', ageYears: 80, priority: 'INPATIENT', minutesAgo: 95,
    description: 'CT head, follow-up', referringPhysician: 'Lang^Jutta', anatomy: { kind: 'head-ct', bleed: undefined, slices: 22 },
  },
  {
    key: 'cr-normal-a', name: 'Byrne^Maeve', characterSet: 'ISO_IR 100', sex: 'F', ageYears: 42, priority: 'OUTPATIENT', minutesAgo: 130,
    description: 'Chest PA', referringPhysician: 'Marchetti^Paolo', anatomy: { ...normalChest, inspiration: 1.1, build: 0.96 },
  },
  {
    key: 'cr-opacity-right', name: 'Mensah^Kwabena', characterSet: 'ISO_IR 100', sex: 'M', ageYears: 58, priority: 'EMERGENCY', minutesAgo: 15,
    description: 'Chest PA, fever and cough', referringPhysician: 'Okafor^Ngozi',
    anatomy: { ...normalChest, opacities: [{ x: 0.29, y: 0.62, rx: 0.14, ry: 0.13, density: 0.5 }] },
  },
  {
    key: 'cr-opacity-left', name: 'von Hohenstein-Weidenfeld^Maximiliane Alexandra^Theodora Konstanze^Dr. med.', characterSet: 'ISO_IR 100', sex: 'F', ageYears: 29,
    priority: 'INPATIENT', minutesAgo: 61, description: 'Chest AP supine', referringPhysician: 'Lang^Jutta',
    anatomy: { ...normalChest, heart: 1.06, inspiration: 0.85, opacities: [{ x: 0.73, y: 0.46, rx: 0.11, ry: 0.15, density: 0.42 }] },
  },
  {
    key: 'cr-opacity-both', name: '김^하윤', characterSet: 'ISO_IR 192', sex: 'F', ageYears: 67, priority: 'STAT', minutesAgo: 9,
    description: 'Chest AP portable', referringPhysician: 'Okafor^Ngozi',
    anatomy: {
      ...normalChest, heart: 1.15, inspiration: 0.75,
      opacities: [{ x: 0.3, y: 0.55, rx: 0.15, ry: 0.2, density: 0.4 }, { x: 0.72, y: 0.58, rx: 0.14, ry: 0.18, density: 0.36 }],
    },
  },
  {
    key: 'cr-normal-b', name: 'Haddad^ليلى', characterSet: 'ISO_IR 192', sex: 'F', ageYears: 51, priority: '', minutesAgo: 75,
    description: 'Chest PA before surgery', referringPhysician: 'Lang^Jutta', anatomy: { ...normalChest, heart: 1.12, build: 1.04 },
  },
  {
    key: 'mr-brain-a', name: 'Novák^Ondřej', characterSet: 'ISO_IR 192', sex: 'M', ageYears: 47, priority: 'OUTPATIENT', minutesAgo: 180,
    description: 'MR brain T2', referringPhysician: 'Marchetti^Paolo', anatomy: { kind: 'head-mr', slices: 18 },
  },
  {
    key: 'us-abdomen', name: 'Rahman^Shirin', characterSet: 'ISO_IR 100', sex: 'F', ageYears: 38, priority: 'INPATIENT', minutesAgo: 34,
    description: 'US upper abdomen', referringPhysician: 'Lang^Jutta', anatomy: { kind: 'ultrasound', views: ['liver', 'gallbladder', 'kidney'] },
  },
  {
    key: 'us-kidney', name: "O'Donnell^Fergus", characterSet: 'ISO_IR 100', sex: 'M', ageYears: 55, priority: '', minutesAgo: 210,
    description: 'US kidneys', referringPhysician: 'Marchetti^Paolo', anatomy: { kind: 'ultrasound', views: ['kidney', 'kidney'] },
  },
];

export function truthOf(anatomy: Anatomy): Truth {
  return {
    haemorrhage: anatomy.kind === 'head-ct' && anatomy.bleed !== undefined,
    pneumonia: anatomy.kind === 'chest' && anatomy.opacities.length > 0,
  };
}
