import { randomUUID } from 'node:crypto';
import { cp, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realTimer } from '../apps/edge-node/src/infra/timers.ts';
import { openIntake } from '../apps/edge-node/src/intake/intake.ts';
import { freePort } from '../tools/services/free-port.ts';
import { freshStudy, run, sampleFiles, sendDicom } from './harness/dicom.ts';
import { session } from './harness/rest.ts';
import { expect, otherBrowser, signIn, test } from './harness/test.ts';
import { until } from './harness/until.ts';

test('a study sent with dcmsend takes its place in every open list, without a reload and without polling', async ({ page, browser, instance }) => {
  await signIn(page, 'resident');
  const other = await otherBrowser(browser, 'attending');
  await expect(page.getByText(/lindqvist/i).first()).toBeVisible();
  await expect(other.page.getByText(/lindqvist/i).first()).toBeVisible();
  for (const one of [page, other.page]) await one.evaluate(() => Object.assign(window, { sameDocument: true }));
  const asked: string[] = [];
  page.on('request', (request) => {
    if (/worklist/.test(request.url())) asked.push(request.url());
  });

  const [chest = ''] = (await sampleFiles('chest')).filter((file) => file.endsWith('rsna_cxr_pa.dcm'));
  const study = await freshStudy([chest], ['PatientName=ARRIVAL^LIVE', 'PatientID=E2E-LIVE', 'Modality=CR', 'BodyPartExamined=CHEST']);
  const sent = await sendDicom(instance.dicomPort, study.files);
  expect(sent.acknowledged).toHaveLength(1);

  for (const one of [page, other.page]) {
    await expect(one.getByText(/arrival/i).first()).toBeVisible({ timeout: 30_000 });
    expect(await one.evaluate(() => 'sameDocument' in window)).toBe(true);
  }
  expect(asked, 'the list was asked for again').toEqual([]);
  await other.context.close();
});

test('markup in a name is text on the list, on the study and beside its report', async ({ page, instance }) => {
  await signIn(page, 'resident');
  const [chest = ''] = (await sampleFiles('chest')).filter((file) => file.endsWith('rsna_cxr_pa.dcm'));
  const name = '<blink>Markup</blink>';
  const study = await freshStudy([chest], [`PatientName=${name}^TEXT`, 'PatientID=E2E-MARKUP', 'Modality=CR', 'BodyPartExamined=CHEST']);
  expect((await sendDicom(instance.dicomPort, study.files)).acknowledged).toHaveLength(1);
  await expect(page.getByText(name).first()).toBeVisible();
  const [row] = await (await session(instance.url, 'resident')).worklist(`studyUid=${study.studyUid}`);
  await page.goto(`${instance.url}/studies/${row?.studyId ?? ''}`);
  await expect(page.getByText(name).first()).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Impression' })).toBeVisible({ timeout: 60_000 });
  await expect(page.locator('blink')).toHaveCount(0);
});

test('the same object sent twice is one row and one image', async ({ instance }) => {
  const reader = await session(instance.url, 'resident');
  const [chest = ''] = (await sampleFiles('chest')).filter((file) => file.endsWith('rsna_cxr_pa.dcm'));
  const study = await freshStudy([chest], ['PatientName=TWICE^SENT']);
  for (let times = 0; times < 2; times++) expect((await sendDicom(instance.dicomPort, study.files)).acknowledged).toHaveLength(1);
  const rows = await until('the study on the list', async () => {
    const found = (await reader.worklist(`studyUid=${study.studyUid}`)).filter((item) => item.arrival === 'complete');
    return found.length > 0 && found;
  });
  expect(rows).toHaveLength(1);
  expect(rows[0]?.imageCount).toBe(1);
});

/** What DCMTK's own receiver stores of the same transfer: the data set as it went over the wire. */
async function storedByDcmtk(files: readonly string[]): Promise<Buffer[]> {
  const folder = await mkdtemp(join(tmpdir(), 'readroom-storescp-'));
  const port = await freePort();
  const server = spawn('storescp', ['+xa', '+B', '-od', folder, String(port)], { stdio: 'ignore', env: { ...process.env, TCP_NODELAY: '1' } });
  await until('storescp', async () => (await run('echoscu', ['127.0.0.1', String(port)])).code === 0);
  const sent = await sendDicom(port, files);
  server.kill('SIGTERM');
  await once(server, 'exit');
  expect(sent.acknowledged).toHaveLength(files.length);
  const stored = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name))));
  await rm(folder, { recursive: true });
  return stored.map(dataSetOf);
}

/** Behind the preamble, `DICM` and the file meta group, whose length (0002,0000) says (PS3.10 section 7.1). */
function dataSetOf(file: Buffer): Buffer {
  return file.subarray(132 + 12 + file.readUInt32LE(132 + 8));
}

async function bytesOf(folder: string): Promise<Buffer> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Buffer.concat(await Promise.all(files.map((file) => readFile(file))));
}

/** The node's store, opened beside it: a copy without the index, which is made again from the segments. */
async function storeOf(home: string): Promise<{ read(sopInstanceUid: string): Promise<Buffer>; close(): Promise<void> }> {
  const copy = await mkdtemp(join(tmpdir(), 'readroom-store-'));
  await cp(join(home, 'edge'), copy, { recursive: true, filter: (path) => !path.includes('.sqlite') });
  const nothing = (): void => undefined;
  const intake = openIntake({ home: copy, reserveBytes: 0, clock: Date.now, setTimer: realTimer, makeId: randomUUID, isComplete: () => true, onChanged: nothing, onAssembled: nothing, onRepeated: nothing, onHalted: nothing });
  return {
    read: (sopInstanceUid) => intake.store.read(sopInstanceUid),
    async close() {
      intake.close();
      await rm(copy, { recursive: true });
    },
  };
}

test('[ED4] what is stored is byte for byte what was sent, in eight transfer syntaxes, and sealed on the disk', async ({ instance }) => {
  const chest = await sampleFiles('chest');
  // Those DCMTK's receiver takes too: it refuses retired ones.
  const variants = (await sampleFiles('ts_ct')).filter((file) => /1\.2(\.1|\.2|\.4\.50|\.4\.70|\.4\.80|\.4\.90|\.5)?\.dcm$/.test(file));
  expect(variants).toHaveLength(8);
  const made = [];
  for (const file of [...chest, ...variants]) made.push(...(await freshStudy([file])).files);
  const sent = await sendDicom(instance.dicomPort, made);
  expect(sent.refused).toEqual([]);
  expect(sent.acknowledged).toHaveLength(made.length);
  const store = await storeOf(instance.home);
  const ours = await Promise.all(sent.acknowledged.map(async (uid) => dataSetOf(await store.read(uid))));
  await store.close();
  const onDisk = await bytesOf(join(instance.home, 'edge'));
  for (const theirs of await storedByDcmtk(made)) {
    expect(ours.some((dataSet) => dataSet.equals(theirs))).toBe(true);
    // ED4: what lies on the disk is not what was sent.
    expect(onDisk.includes(theirs)).toBe(false);
  }
});
