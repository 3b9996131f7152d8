import { createHash } from 'node:crypto';
import type { Member } from '@readroom/shared/access/can';
import { canonicalJson } from '@readroom/shared/canonical-json';
import { canonicalAddendum } from '@readroom/shared/report/canonical';
import { CLOSE } from '@readroom/shared/wire/close-codes';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startTestGateway } from '../../testing/test-gateway.ts';
import type { TestGateway } from '../../testing/test-gateway.ts';
import { decideProposal } from '../decide-proposal.ts';
import { exportPdf } from '../export/export-report.ts';
import { compareVersions, getReport, readVersion } from '../read/read-report.ts';
import { openBrowser, typeParagraph, until } from '../testing/browser.ts';
import type { Browser } from '../testing/browser.ts';
import { givenStudy, hashOf, reanalyse } from '../testing/given.ts';
import type { GivenStudy } from '../testing/given.ts';
import { offerProposals } from '../proposals.ts';
import { addendReport, dismissLateEdit } from './addend.ts';
import { freezeReport, markPreliminary, reportSubject, signReport, unfreezeReport } from './sign.ts';

let gateway: TestGateway;
let attending: { cookie: string; member: Member };
let resident: { cookie: string; member: Member };
const open: Browser[] = [];

beforeAll(async () => {
  gateway = await startTestGateway({ hospitals: ['one', 'two'] });
  attending = await gateway.signIn('attending');
  resident = await gateway.signIn('resident');
});
afterEach(() => {
  for (const browser of open.splice(0)) browser.close();
});
afterAll(() => gateway.stop());

async function page(reportId: string, cookie: string): Promise<Browser> {
  const browser = openBrowser({ url: gateway.url, reportId, cookie });
  open.push(browser);
  await until(() => browser.provider.synced, 'the page to be in step');
  return browser;
}

async function signed(options: Parameters<typeof givenStudy>[1] = {}): Promise<GivenStudy & { browser: Browser }> {
  const study = await givenStudy(gateway, options);
  const browser = await page(study.reportId, attending.cookie);
  browser.type('impression', 'No haemorrhage.');
  await browser.settled();
  await signReport(gateway.deps, attending.member, { reportId: study.reportId, contentHash: await hashOf(gateway, attending.member, study.studyId, browser.doc) });
  return { ...study, browser };
}

const item = async (studyId: string) => (await gateway.deps.hospital(gateway.organisation)).client.worklistItem.findUniqueOrThrow({ where: { studyId } });

test('[RP2] the signature seals the stored text when it is what the signer saw', async () => {
  const { studyId, reportId } = await givenStudy(gateway);
  const browser = await page(reportId, attending.cookie);
  browser.type('impression', 'No haemorrhage.');
  await browser.settled();
  const contentHash = await hashOf(gateway, attending.member, studyId, browser.doc);
  const sealed = await signReport(gateway.deps, attending.member, { reportId, contentHash });
  expect(sealed).toEqual({ state: 'final', version: 1, hash: contentHash });
  const hospital = await gateway.deps.hospital(gateway.organisation);
  const row = await hospital.client.reportVersion.findFirstOrThrow({ where: { reportId } });
  expect(createHash('sha256').update(row.canonical, 'utf8').digest('hex')).toBe(contentHash);
  expect(row.canonical).toContain('No haemorrhage.');
  expect((await item(studyId)).live).toBe(false);
});

test('[RP2] text that changed since the signer looked is not signed, and a changed patient neither', async () => {
  const { studyId, reportId } = await givenStudy(gateway);
  const mine = await page(reportId, attending.cookie);
  const theirs = await page(reportId, resident.cookie);
  const contentHash = await hashOf(gateway, attending.member, studyId, mine.doc);
  theirs.type('findings', 'Meanwhile.');
  await theirs.settled();
  await expect(signReport(gateway.deps, attending.member, { reportId, contentHash })).rejects.toMatchObject({ code: 'stale-hash' });
  await until(() => mine.texts().findings.includes('Meanwhile.'), 'the words to arrive');
  const again = await hashOf(gateway, attending.member, studyId, mine.doc);
  const hospital = await gateway.deps.hospital(gateway.organisation);
  await hospital.client.study.update({ where: { id: studyId }, data: { patientId: 'MRN-OTHER' } });
  await expect(signReport(gateway.deps, attending.member, { reportId, contentHash: again })).rejects.toMatchObject({ code: 'stale-hash' });
  expect((await getReport(gateway.deps, attending.member, reportId)).state).toBe('draft');
});

test('a resident marks preliminary but does not sign, and a critical finding leaves tier 0 with it', async () => {
  const { studyId, reportId } = await givenStudy(gateway, { findings: ['intracranial-haemorrhage'] });
  expect((await item(studyId)).tier).toBe(0);
  const browser = await page(reportId, resident.cookie);
  const contentHash = await hashOf(gateway, resident.member, studyId, browser.doc);
  expect(() => signReport(gateway.deps, resident.member, { reportId, contentHash })).toThrow(expect.objectContaining({ code: 'forbidden' }));
  expect(await markPreliminary(gateway.deps, resident.member, { reportId, contentHash })).toMatchObject({ state: 'preliminary', version: 1 });
  const row = await item(studyId);
  expect([row.tier, row.status, row.live]).not.toContain(0);
  expect(row.status).toBe('preliminary');
  browser.type('findings', 'Still writing.');
  expect(await browser.settled()).toMatchObject({ outcome: 'stored' });
});

test('[RP3] an open proposal blocks signing; accepted text is the AI\'s and the person\'s; a refused finding leaves the rank', async () => {
  const { studyId, reportId } = await givenStudy(gateway, { findings: ['intracranial-haemorrhage', 'pneumonia'] });
  const browser = await page(reportId, attending.cookie);
  const proposals = (): { id: string; code: string; status: string }[] => [...browser.doc.getMap('proposals').values()] as never;
  expect(proposals().map((proposal) => proposal.status)).toEqual(['open', 'open']);
  const hash = await hashOf(gateway, attending.member, studyId, browser.doc);
  await expect(signReport(gateway.deps, attending.member, { reportId, contentHash: hash })).rejects.toMatchObject({ code: 'conflict' });

  const find = (code: string): string => proposals().find((proposal) => proposal.code === code)!.id;
  await decideProposal(gateway.deps, attending.member, { reportId, proposalId: find('intracranial-haemorrhage'), decision: 'refused' });
  await decideProposal(gateway.deps, attending.member, { reportId, proposalId: find('pneumonia'), decision: 'accepted' });
  await expect(decideProposal(gateway.deps, resident.member, { reportId, proposalId: find('pneumonia'), decision: 'refused' })).rejects.toMatchObject({ code: 'conflict' });
  expect((await item(studyId)).tier).not.toBe(0);
  const sentence = 'Pulmonary opacity suspicious for pneumonia.';
  await until(() => browser.texts().findings.includes(sentence), 'the accepted text to arrive');

  await signReport(gateway.deps, attending.member, { reportId, contentHash: await hashOf(gateway, attending.member, studyId, browser.doc) });
  const version = await readVersion(gateway.deps, attending.member, reportId, 1);
  const runs = version.sections.find((section) => section.name === 'findings')!.authored.flat();
  expect(runs.find((run) => run.text === sentence)).toMatchObject({ author: { kind: 'ai', id: 'head_ct@1.0.0', acceptedBy: { id: attending.member.userId } } });
  const hospital = await gateway.deps.hospital(gateway.organisation);
  const feedback = await hospital.client.analysisFinding.findMany({ where: { analysis: { studyId } }, orderBy: { code: 'asc' }, select: { code: true, feedback: true, feedbackBy: true } });
  expect(feedback).toEqual([
    { code: 'intracranial-haemorrhage', feedback: 'refuse', feedbackBy: attending.member.userId },
    { code: 'pneumonia', feedback: 'agree', feedbackBy: attending.member.userId },
  ]);
});

test('a later analysis offers what is new and takes back what it no longer says', async () => {
  const { studyId, studyUid, reportId } = await givenStudy(gateway, { findings: ['intracranial-haemorrhage'] });
  const browser = await page(reportId, resident.cookie);
  await reanalyse(gateway, studyUid, ['pneumonia']);
  await offerProposals(gateway.deps, gateway.organisation, studyId);
  const statuses = (): unknown => Object.fromEntries([...browser.doc.getMap('proposals').values()].map((one) => [(one as { code: string }).code, (one as { status: string }).status]));
  await until(() => browser.doc.getMap('proposals').size === 2, 'the new proposal to arrive');
  expect(statuses()).toEqual({ 'intracranial-haemorrhage': 'withdrawn', pneumonia: 'open' });
});

test("while one signs, the others' words wait, and go in when the pen is put down", async () => {
  const { studyId, reportId } = await givenStudy(gateway);
  const mine = await page(reportId, attending.cookie);
  const theirs = await page(reportId, resident.cookie);
  const { until: end } = await freezeReport(gateway.deps, attending.member, reportId);
  await until(() => theirs.statuses.at(-1)?.frozen?.by === attending.member.userId, 'the others to hear of it');
  expect(theirs.statuses.at(-1)?.frozen).toEqual({ by: attending.member.userId, name: attending.member.name, until: end });
  theirs.type('findings', 'Waiting.');
  mine.type('impression', 'Mine goes in.');
  expect(await mine.settled()).toMatchObject({ outcome: 'stored' });
  expect(mine.texts().findings).not.toContain('Waiting.');
  expect(theirs.stored.at(-1)?.upTo ?? 0).toBeLessThan(theirs.sent());
  const other = await hashOf(gateway, attending.member, studyId, mine.doc);
  await expect(markPreliminary(gateway.deps, resident.member, { reportId, contentHash: other })).rejects.toMatchObject({ code: 'conflict' });
  await unfreezeReport(gateway.deps, attending.member, reportId);
  expect(await theirs.settled()).toMatchObject({ outcome: 'stored' });
  await until(() => mine.texts().findings.includes('Waiting.'), 'the waiting words to arrive');
});

test('[RP1] after the signature sockets close with 4410 and come back read-only', async () => {
  const { browser, reportId } = await signed();
  await until(() => browser.closes.includes(CLOSE.sealed), 'the socket to be closed');
  await until(() => browser.statuses.at(-1)?.state === 'final', 'the page to be back');
  expect(browser.statuses.at(-1)).toMatchObject({ state: 'final', access: 'read' });
  const contentHash = 'a'.repeat(64);
  await expect(signReport(gateway.deps, attending.member, { reportId, contentHash })).rejects.toMatchObject({ code: 'already-signed' });
  await expect(freezeReport(gateway.deps, attending.member, reportId)).rejects.toMatchObject({ code: 'already-signed' });
});

test('[RP1] a sealed version cannot be changed in the database, and one that was is shown to nobody', async () => {
  const { reportId } = await signed();
  const hospital = await gateway.deps.hospital(gateway.organisation);
  await expect(hospital.client.reportVersion.updateMany({ where: { reportId }, data: { signedName: 'X' } })).rejects.toThrow(/permission denied/);
  await gateway.db.pool.query(`update "${hospital.schema}".report_version set canonical = replace(canonical, 'No haemorrhage', 'Haemorrhage') where report_id = $1`, [reportId]);
  await expect(readVersion(gateway.deps, attending.member, reportId, 1)).rejects.toMatchObject({ code: 'seal-broken' });
});

test('[RP5] words typed offline before the signature are quarantined, shown as a proposed addendum, and signed as one', async () => {
  const study = await givenStudy(gateway);
  const { studyId, reportId } = study;
  const late = await page(reportId, resident.cookie);
  const mine = await page(reportId, attending.cookie);
  late.provider.disconnect();
  late.type('findings', 'Small subdural at the vertex.');
  mine.type('impression', 'Normal.');
  await mine.settled();
  await signReport(gateway.deps, attending.member, { reportId, contentHash: await hashOf(gateway, attending.member, studyId, mine.doc) });

  late.provider.connect();
  expect(await late.settled()).toMatchObject({ outcome: 'quarantined' });
  const view = await getReport(gateway.deps, attending.member, reportId);
  expect(view.lateEdits).toMatchObject([{ author: { id: resident.member.userId, name: resident.member.name }, resolution: null, suggestion: 'Findings: Small subdural at the vertex.' }]);
  const version = await readVersion(gateway.deps, attending.member, reportId, 1);
  expect(JSON.stringify(version.sections)).not.toContain('subdural');

  // The same edit once more, as after a lost acknowledgement: answered, not kept twice.
  late.provider.disconnect();
  late.provider.connect();
  await late.settled();
  expect((await getReport(gateway.deps, attending.member, reportId)).lateEdits).toHaveLength(1);

  const [edit] = view.lateEdits;
  const hospital = await gateway.deps.hospital(gateway.organisation);
  const subject = await hospital.client.$transaction((tx) => reportSubject(tx, studyId));
  const addendum = canonicalAddendum({ subject, amends: view.versions[0]!.hash, author: edit!.author, text: edit!.suggestion });
  const contentHash = createHash('sha256').update(canonicalJson(addendum), 'utf8').digest('hex');
  const input = { reportId, text: edit!.suggestion, lateEditId: edit!.id, contentHash };
  await expect(addendReport(gateway.deps, attending.member, { ...input, text: 'Something else.' })).rejects.toMatchObject({ code: 'stale-hash' });
  expect(await addendReport(gateway.deps, attending.member, input)).toMatchObject({ state: 'appended', version: 2 });
  const after = await getReport(gateway.deps, attending.member, reportId);
  expect(after.lateEdits[0]!.resolution).toMatchObject({ outcome: 'accepted', by: attending.member.userId });
  const second = await readVersion(gateway.deps, attending.member, reportId, 2);
  expect(second.sections).toEqual(version.sections);
  expect(second.addenda).toMatchObject([{ paragraphs: ['Findings: Small subdural at the vertex.'], author: { id: resident.member.userId }, signedBy: { id: attending.member.userId } }]);
});

test('[RP5] a late edit is put aside with a reason and stays readable', async () => {
  const { reportId, browser } = await signed();
  await until(() => browser.closes.includes(CLOSE.sealed), 'the seal to reach the page');
  browser.type('findings', 'Never mind.');
  await browser.settled();
  const [edit] = (await getReport(gateway.deps, attending.member, reportId)).lateEdits;
  await dismissLateEdit(gateway.deps, attending.member, { reportId, lateEditId: edit!.id, reason: 'Belongs to another study' });
  const [after] = (await getReport(gateway.deps, attending.member, reportId)).lateEdits;
  expect(after).toMatchObject({ resolution: { outcome: 'dismissed', reason: 'Belongs to another study' }, suggestion: 'Findings: Never mind.' });
  await expect(dismissLateEdit(gateway.deps, attending.member, { reportId, lateEditId: edit!.id, reason: 'again' })).rejects.toMatchObject({ code: 'conflict' });
});

test('[RP4] preliminary and final are both read back as sealed and compared', async () => {
  const { studyId, reportId } = await givenStudy(gateway);
  const browser = await page(reportId, attending.cookie);
  browser.type('impression', 'No effusion.');
  await browser.settled();
  const seal = async () => hashOf(gateway, attending.member, studyId, browser.doc);
  await markPreliminary(gateway.deps, attending.member, { reportId, contentHash: await seal() });
  browser.doc.getXmlFragment('impression').delete(0, 1);
  typeParagraph(browser.doc, 'impression', 'Small effusion.');
  await browser.settled();
  await signReport(gateway.deps, attending.member, { reportId, contentHash: await seal() });
  const view = await getReport(gateway.deps, attending.member, reportId);
  expect(view.versions.map((version) => version.kind)).toEqual(['preliminary', 'final']);
  const impression = async (version: number) => (await readVersion(gateway.deps, attending.member, reportId, version)).sections.find((section) => section.name === 'impression')?.paragraphs;
  expect(await impression(1)).toEqual(['No effusion.']);
  expect(await impression(2)).toEqual(['Small effusion.']);
  expect(await compareVersions(gateway.deps, attending.member, reportId, 1, 2)).toEqual([
    { section: 'impression', parts: [{ kind: 'removed', text: 'No' }, { kind: 'added', text: 'Small' }, { kind: 'same', text: ' effusion.' }] },
  ]);
});

test("[TN1] another hospital's report is not found, whoever asks for what", async () => {
  const { reportId } = await givenStudy(gateway, { organisation: 'org-two' });
  const contentHash = 'a'.repeat(64);
  const { member } = attending;
  const attempts = await Promise.allSettled([
    getReport(gateway.deps, member, reportId),
    readVersion(gateway.deps, member, reportId, 1),
    exportPdf(gateway.deps, member, reportId, null),
    freezeReport(gateway.deps, member, reportId),
    signReport(gateway.deps, member, { reportId, contentHash }),
    decideProposal(gateway.deps, member, { reportId, proposalId: 'x', decision: 'accepted' }),
    addendReport(gateway.deps, member, { reportId, text: 'x', lateEditId: null, contentHash }),
  ]);
  for (const attempt of attempts) expect(attempt).toMatchObject({ status: 'rejected', reason: { code: 'not-found' } });
});

test('[TN2] reading, signing and printing a report are audited, without a name', async () => {
  const { reportId } = await signed();
  await exportPdf(gateway.deps, attending.member, reportId, null);
  const hospital = await gateway.deps.hospital(gateway.organisation);
  const events = await hospital.client.auditEvent.findMany({ where: { subject: { path: ['reportId'], equals: reportId } }, orderBy: { at: 'asc' } });
  const actions = events.map((event) => event.action);
  expect(actions).toEqual(expect.arrayContaining(['report.open', 'report.sign', 'report.view', 'report.export']));
  expect(JSON.stringify(events.map((event) => event.subject))).not.toMatch(/DOE|MRN/);
});

test('the PDF comes over REST once something is sealed, and a draft is told what to do', async () => {
  const draft = await givenStudy(gateway);
  const get = (id: string, cookie = attending.cookie): Promise<Response> => fetch(`${gateway.url}/api/reports/${id}/pdf`, { headers: { cookie } });
  const early = await get(draft.reportId);
  expect(early.status).toBe(409);
  expect(await early.text()).toContain('draft');
  const { reportId } = await signed();
  const [one, two] = [await get(reportId), await get(reportId)];
  expect(one.headers.get('content-type')).toBe('application/pdf');
  const bytes = Buffer.from(await one.arrayBuffer());
  expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
  expect(bytes.equals(Buffer.from(await two.arrayBuffer()))).toBe(true);
  expect(one.headers.get('x-content-sha256')).toBe(createHash('sha256').update(bytes).digest('hex'));
  expect((await get(reportId, '')).status).toBe(401);
});
