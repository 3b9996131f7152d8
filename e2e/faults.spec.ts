import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test as base, expect } from '@playwright/test';
import { seededRandom } from '@readroom/shared/seeded-random';
import { startTemporaryPostgres } from '../tools/services/postgres.ts';
import { startRedis } from '../tools/services/redis.ts';
import { testSeed } from '../tools/services/test-seed.ts';
import type { PartName } from '../tools/start/readroom.ts';
import { freshStudy, sampleFiles, sendDicom } from './harness/dicom.ts';
import type { SampleStudy } from './harness/dicom.ts';
import { bootReadroom } from './harness/instance.ts';
import type { BootedInstance } from './harness/instance.ts';
import { session } from './harness/rest.ts';
import type { Session } from './harness/rest.ts';
import { until } from './harness/until.ts';

/** A Readroom of their own: these tests kill its parts. */
const test = base.extend<object, { own: BootedInstance }>({
  own: [
    async ({}, use) => {
      const booted = await bootReadroom({ demo: true, pages: false });
      await use(booted);
      await booted.dispose();
    },
    { scope: 'worker', timeout: 180_000 },
  ],
});

test('a study is stored, told and listed where PostgreSQL and Redis are the hospital’s own', async () => {
  const [postgres, redis] = await Promise.all([startTemporaryPostgres(), startRedis()]);
  const booted = await bootReadroom({ demo: true, pages: false, databaseUrl: postgres.url, redisUrl: redis.url });
  try {
    expect(booted.readroom.pid('postgres'), 'no PostgreSQL of its own').toBeNull();
    const [chest = ''] = (await sampleFiles('chest')).filter((file) => file.endsWith('rsna_cxr_pa.dcm'));
    const study = await freshStudy([chest], ['PatientName=OUTSIDE^DATABASE']);
    expect((await sendDicom(booted.dicomPort, study.files)).acknowledged).toHaveLength(1);
    const reader = await session(booted.url, 'resident');
    await until('the study on the list', async () => (await reader.worklist(`studyUid=${study.studyUid}`)).some((item) => item.arrival === 'complete'), 60_000);
  } finally {
    await booted.dispose();
    await Promise.all([postgres.stop(), redis.stop()]);
  }
});

test.setTimeout(300_000);

const SEED = testSeed();

async function bytesHeld(home: string): Promise<number> {
  const entries = await readdir(join(home, 'edge'), { recursive: true, withFileTypes: true });
  const sizes = entries.filter((entry) => entry.isFile()).map((entry) => stat(join(entry.parentPath, entry.name)).then((found) => found.size, () => 0));
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** Sends until everything is acknowledged, as a modality does: what was not answered is sent again. */
async function sendAll(port: number, studies: readonly SampleStudy[]): Promise<Set<string>> {
  const acknowledged = new Set<string>();
  const files = studies.flatMap((study) => study.files);
  return until('every object to be acknowledged', async () => {
    const sent = await sendDicom(port, files);
    for (const uid of sent.acknowledged) acknowledged.add(uid);
    return sent.code === 0 && sent.acknowledged.length === files.length && acknowledged;
  }, 120_000);
}

async function imagesOf(reader: Session, studyUid: string): Promise<string[]> {
  const { items } = (await (await reader.request(`/api/image-analysis?studyUid=${studyUid}`)).json()) as { items: { id: string }[] };
  expect(items.length).toBeGreaterThan(0);
  const seriesUid = `${studyUid.slice(0, -1)}2`;
  const response = await reader.request(`/dicomweb/studies/${studyUid}/series/${seriesUid}/metadata`);
  expect(response.status).toBe(200);
  const metadata = (await response.json()) as Record<string, { Value?: string[] }>[];
  return metadata.map((instance) => instance['00080018']?.Value?.[0] ?? '');
}

for (const [at, part] of (['edge', 'gateway', 'postgres'] satisfies PartName[]).entries()) {
  test(`kill -9 of ${part} during a send: nothing acknowledged is lost, nothing appears twice`, async ({ own }) => {
    console.log(`READROOM_SEED=${String(SEED)}`);
    const slices = await sampleFiles('ct_series_head_ge');
    const studies: SampleStudy[] = [];
    for (let n = 0; n < 5; n++) studies.push(await freshStudy(slices, [`PatientName=KILL^${part.toUpperCase()}${String(n)}`, 'BodyPartExamined=HEAD']));
    const total = slices.length * studies.length;
    const before = await bytesHeld(own.home);
    // The same seed kills at the same share of the send.
    const share = 0.1 + 0.6 * seededRandom(SEED + at)();
    const perObject = (await stat(slices[0] ?? '')).size;

    const first = sendDicom(own.dicomPort, studies.flatMap((study) => study.files));
    await until('the send to be under way', async () => (await bytesHeld(own.home)) - before > share * total * perObject, 60_000);
    const victim = own.readroom.pid(part);
    expect(victim).not.toBeNull();
    process.kill(victim ?? 0, 'SIGKILL');
    const acknowledged = new Set((await first).acknowledged);
    await until(`${part} to be back`, () => Promise.resolve(own.readroom.pid(part) !== null && own.readroom.pid(part) !== victim));
    for (const uid of await sendAll(own.dicomPort, studies)) acknowledged.add(uid);
    expect(acknowledged.size).toBe(total);

    const reader = await until('the gateway to answer', () => session(own.url, 'resident'));
    for (const study of studies) {
      const rows = await until(`study ${String(studies.indexOf(study))} whole and analysed`, async () => {
        const found = await reader.worklist(`studyUid=${study.studyUid}`);
        const [row] = found;
        return row?.arrival === 'complete' && row.imageCount === slices.length && row.analyses.some((analysis) => ['final', 'refused'].includes(analysis.status)) && found;
      }, 120_000);
      expect(rows).toHaveLength(1);
      const live = rows[0]?.analyses.map((analysis) => `${analysis.modelId} ${analysis.role}`) ?? [];
      expect(new Set(live).size).toBe(live.length);
      const images = await imagesOf(reader, study.studyUid);
      expect(images).toHaveLength(slices.length);
      for (const uid of images) expect(acknowledged.has(uid)).toBe(true);
    }
  });
}
