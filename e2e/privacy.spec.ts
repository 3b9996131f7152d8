import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { freshStudy, sampleFiles, sendDicom } from './harness/dicom.ts';
import { session } from './harness/rest.ts';
import { expect, signIn, test } from './harness/test.ts';
import { until } from './harness/until.ts';

/** Values that occur nowhere else. */
const PATIENT = { name: 'QUIRINUS^ZEBEDEE', id: 'PHI-7773190', birthDate: '19310317', accession: 'ACCPHI99173', referrer: 'WOLKENSTEIN^OSWALDA' };
const TRACES = [/quirinus/i, /zebedee/i, /PHI-7773190/i, /19310317/, /1931-03-17/, /ACCPHI99173/i, /wolkenstein/i];

function tracesIn(text: string): string[] {
  const plain = decodeURIComponent(text.replace(/%(?![0-9a-f]{2})/gi, '%25'));
  return TRACES.filter((trace) => trace.test(plain)).map(String);
}

test('after a whole journey no log, metric or address holds anything of the patient', async ({ page, instance }) => {
  const addresses: string[] = [];
  page.on('request', (request) => addresses.push(request.url()));
  page.on('websocket', (socket) => addresses.push(socket.url()));
  const [chest = ''] = (await sampleFiles('chest')).filter((file) => file.endsWith('rsna_cxr_pa.dcm'));
  const study = await freshStudy(
    [chest],
    [`PatientName=${PATIENT.name}`, `PatientID=${PATIENT.id}`, `PatientBirthDate=${PATIENT.birthDate}`, `AccessionNumber=${PATIENT.accession}`, `ReferringPhysicianName=${PATIENT.referrer}`, 'Modality=CR', 'BodyPartExamined=CHEST'],
  );
  expect((await sendDicom(instance.dicomPort, study.files)).acknowledged).toHaveLength(1);
  const reader = await session(instance.url, 'attending');
  const item = await until('the study to be analysed', async () => (await reader.worklist(`studyUid=${study.studyUid}`)).find((one) => one.arrival === 'complete' && one.ai !== 'pending'));

  await signIn(page, 'attending');
  await expect(page.getByText(/quirinus/i).first()).toBeVisible();
  await page.getByText(/quirinus/i).first().dblclick();
  await page.goto(`${instance.url}/studies/${item.studyId}`);
  await expect(page.getByText(/quirinus/i).first()).toBeVisible();
  await expect(page.getByText(PATIENT.id).first()).toBeVisible();
  await expect.poll(() => addresses.some((address) => address.includes('/dicomweb/'))).toBe(true);
  // Things that go wrong say what, not whose.
  await reader.request(`/api/image-analysis?studyUid=${study.studyUid}&limit=abc`);
  await reader.request('/api/worklist?cursor=broken');

  expect(addresses.flatMap(tracesIn)).toEqual([]);
  const folder = join(instance.home, 'logs');
  for (const name of await readdir(folder)) expect(tracesIn(await readFile(join(folder, name), 'utf8')), name).toEqual([]);
  for (const address of [`${instance.url}/metrics`, `http://127.0.0.1:${String(instance.consolePort)}/metrics`, `http://127.0.0.1:${String(instance.consolePort)}/api/status`]) {
    const response = await fetch(address);
    expect(response.status, address).toBe(200);
    expect(tracesIn(await response.text()), address).toEqual([]);
  }
  // IT reads the list: the patient is in no answer of it.
  const it = await (await session(instance.url, 'it')).request('/api/worklist?limit=100');
  expect(tracesIn(await it.text())).toEqual([]);
});
