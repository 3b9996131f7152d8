import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CASES, truthOf } from './cases.ts';
import type { Case, Truth } from './cases.ts';
import { date, studyAttributes } from './dicom/modules.ts';
import type { PatientFacts, StudyFacts } from './dicom/modules.ts';
import { writeFile as encodeFile } from './dicom/writer.ts';
import { modalityOf, picturesOf } from './images.ts';
import { createRandom, uidFrom } from './random.ts';

export type PhantomStudy = {
  readonly studyUid: string;
  readonly modality: string;
  readonly truth: Truth;
  /** The folder that holds the study's files. */
  readonly folder: string;
  readonly files: readonly string[];
};

const MINUTE_MS = 60_000;

export type PhantomOptions = { readonly seed: string; readonly now: Date; /** Other cases than the demo's. */ readonly cases?: readonly Case[] };

/**
 * Writes a dozen synthetic studies as DICOM files, one folder a study, and answers what is really in them.
 * The same seed gives the same pictures and UIDs; `now` only moves the dates. Files that are there are written again.
 */
export async function makeDemoStudies(folder: string, options: PhantomOptions): Promise<PhantomStudy[]> {
  const studies: PhantomStudy[] = [];
  for await (const study of demoStudies(folder, options)) studies.push(study);
  return studies;
}

/** The same, one study at a time: a sender need not wait for the last. */
export async function* demoStudies(folder: string, { seed, now, cases = CASES }: PhantomOptions): AsyncGenerator<PhantomStudy> {
  for (const [index, one] of cases.entries()) yield await makeStudy(one, index, folder, seed, now);
}

async function makeStudy(one: Case, index: number, folder: string, seed: string, now: Date): Promise<PhantomStudy> {
  const ownSeed = `${seed}/${one.key}`;
  const at = new Date(now.getTime() - one.minutesAgo * MINUTE_MS);
  const patient = patientOf(one, index, ownSeed, at);
  const study = studyOf(one, index, ownSeed, at);
  const studyFolder = join(folder, one.key);
  await mkdir(studyFolder, { recursive: true });
  const files: string[] = [];
  for (const { instance, attributes } of picturesOf(one.anatomy, ownSeed, at)) {
    const path = join(studyFolder, `${String(instance.number).padStart(3, '0')}.dcm`);
    await writeFile(path, encodeFile(instance.sopClassUid, instance.sopInstanceUid, [...studyAttributes(patient, study), ...attributes], one.characterSet));
    files.push(path);
  }
  return { studyUid: study.studyUid, modality: modalityOf(one.anatomy), truth: truthOf(one.anatomy), folder: studyFolder, files };
}

function patientOf(one: Case, index: number, seed: string, at: Date): PatientFacts {
  const random = createRandom(`${seed}/birth`);
  const born = new Date(Date.UTC(at.getUTCFullYear() - one.ageYears - 1, Math.floor(random.between(0, 12)), 1 + Math.floor(random.between(0, 28))));
  const birthday = new Date(Date.UTC(at.getUTCFullYear(), born.getUTCMonth(), born.getUTCDate()));
  const years = at.getUTCFullYear() - born.getUTCFullYear() - Number(birthday > at);
  return {
    name: one.name, characterSet: one.characterSet, sex: one.sex, id: `RR-${String(1001 + index * 37).padStart(6, '0')}`,
    birthDate: date(born), age: `${String(years).padStart(3, '0')}Y`,
  };
}

function studyOf(one: Case, index: number, seed: string, at: Date): StudyFacts {
  return {
    studyUid: uidFrom(seed, 'study'), accessionNumber: `A${date(at).slice(2)}${String(index + 1).padStart(3, '0')}`,
    description: one.description, at, priority: one.priority, referringPhysician: one.referringPhysician,
  };
}
