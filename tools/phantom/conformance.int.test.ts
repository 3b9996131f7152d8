import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CASES } from './cases.ts';
import { studyAttributes } from './dicom/modules.ts';
import { writeFile as encodeFile } from './dicom/writer.ts';
import { picturesOf } from './images.ts';

/** Synthetic Data is younger (2023) than dicom3tools' dictionary, which does not know the tag. */
const KNOWN = /\(0x0008,0x001c\)|Too many component group delimiters|^(CR|CT|MR|US)Image$/;

test('dciodvfy finds no error in any kind of picture', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'readroom-phantom-'));
  try {
    for (const key of ['cr-normal-a', 'ct-bleed-small', 'mr-brain-a', 'us-abdomen']) {
      const { anatomy, characterSet, name, sex } = CASES.find((one) => one.key === key)!;
      const at = new Date('2026-03-02T09:30:00Z');
      const patient = { name, id: 'RR-1', birthDate: '19600101', sex, age: '066Y', characterSet };
      const study = { studyUid: '2.25.9', accessionNumber: 'A1', description: 'Study', at, priority: 'STAT', referringPhysician: 'Doe^Jane' };
      const { value } = picturesOf(anatomy, key, at).next();
      if (!value) throw new Error(`${key} has no picture`);
      const path = join(folder, `${key}.dcm`);
      await writeFile(path, encodeFile(value.instance.sopClassUid, value.instance.sopInstanceUid, [...studyAttributes(patient, study), ...value.attributes], characterSet));
      const run = spawnSync('dciodvfy', [path], { encoding: 'utf8' });
      if (run.error) throw new Error("dciodvfy is missing: install Debian's dicom3tools", { cause: run.error });
      const errors = run.stderr.split('\n').filter((line) => line !== '' && !line.startsWith('Warning') && !KNOWN.test(line));
      expect(errors, key).toEqual([]);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
