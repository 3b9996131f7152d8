import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sendFolder } from '../../../../../tools/send-study/send-folder.ts';
import { freePort } from '../../../../../tools/services/free-port.ts';
import { DCMTK_ENV, runTool } from '../../testing/dcmtk.ts';
import { splitFile, withUid } from '../../testing/dicom-object.ts';
import { sample } from '../../testing/samples.ts';
import { readDicomFile } from '../header/part10-file.ts';
import { makeHome, startTestEdge } from '../../testing/test-edge.ts';
import type { TestEdge } from '../../testing/test-edge.ts';
import { until } from '../../testing/until.ts';

const SYNTAXES = readdirSync(sample('ts_ct')).map((file) => file.replace('CTImage_', '').replace('.dcm', '')).sort();

let edge: TestEdge;
let folder: string;

beforeEach(async () => {
  edge = await startTestEdge();
  folder = makeHome();
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await edge.remove();
});

/** The samples are one image in many syntaxes, some under one SOP Instance UID: each gets its own, of the same length. */
async function writeSyntaxSamples(into: string): Promise<Map<string, { uid: string; path: string }>> {
  const files = SYNTAXES.map(async (syntax, at) => {
    const source = sample(`ts_ct/CTImage_${syntax}.dcm`);
    const reading = await readDicomFile(source);
    if ('problem' in reading) throw new Error(`${source}: ${reading.problem}`);
    const uid = `${reading.sopInstanceUid.slice(0, -2)}${String(10 + at)}`;
    const path = join(into, `${String(at)}.dcm`);
    writeFileSync(path, withUid(source, reading.sopInstanceUid, uid));
    return [syntax, { uid, path }] as const;
  });
  return new Map(await Promise.all(files));
}

test('there is a sample of each of 14 transfer syntaxes', () => {
  expect(SYNTAXES).toHaveLength(14);
});

test('every transfer syntax is stored byte for byte as it stood in its file', async () => {
  const files = await writeSyntaxSamples(folder);
  const outcome = await sendFolder({ folder, host: '127.0.0.1', port: edge.port, calledAeTitle: 'READROOM', callingAeTitle: 'SENDER' });
  expect(outcome).toMatchObject({ failed: [], skipped: [] });
  for (const [syntax, { uid, path }] of files) {
    const stored = splitFile(await edge.intake.store.read(uid));
    expect(stored.dataSet.equals(splitFile(readFileSync(path)).dataSet), syntax).toBe(true);
    expect(stored.meta.includes(Buffer.from(syntax)), syntax).toBe(true);
  }
});

describe('beside DCMTK’s own receiver', () => {
  let peer: ChildProcess;
  let peerPort: number;
  let received: string;

  beforeAll(async () => {
    received = mkdtempSync(join(tmpdir(), 'readroom-storescp-'));
    peerPort = await freePort();
    // +xa takes every syntax, +B writes what it received bit for bit.
    peer = spawn('storescp', ['+xa', '+B', '-od', received, String(peerPort)], { env: DCMTK_ENV, stdio: 'ignore' });
    await until('storescp to listen', async () => (await runTool('echoscu', ['127.0.0.1', String(peerPort)])).code === 0);
  });
  afterAll(() => {
    peer.kill();
    rmSync(received, { recursive: true, force: true });
  });

  /** storescu's options to propose one syntax and no other; two of the samples are in syntaxes it has none for. */
  const PROPOSE: Record<string, string> = {
    '1.2.840.10008.1.2': '-xi',
    '1.2.840.10008.1.2.1': '-xe',
    '1.2.840.10008.1.2.2': '-xb',
    '1.2.840.10008.1.2.1.99': '-xd',
    '1.2.840.10008.1.2.4.50': '-xy',
    '1.2.840.10008.1.2.4.51': '-xx',
    '1.2.840.10008.1.2.4.70': '-xs',
    '1.2.840.10008.1.2.4.80': '-xt',
    '1.2.840.10008.1.2.4.81': '-xu',
    '1.2.840.10008.1.2.4.90': '-xv',
    '1.2.840.10008.1.2.4.91': '-xw',
    '1.2.840.10008.1.2.5': '-xr',
  };

  test.each(Object.entries(PROPOSE))('what storescu sends in %s is stored bit for bit as storescp stores it', async (syntax, option) => {
    const { uid, path } = (await writeSyntaxSamples(folder)).get(syntax)!;
    for (const port of [peerPort, edge.port]) {
      expect(await runTool('storescu', ['-R', option, '-aec', 'READROOM', '127.0.0.1', String(port), path])).toMatchObject({ code: 0 });
    }
    const theirs = splitFile(readFileSync(join(received, `CT.${uid}`)));
    const ours = splitFile(await edge.intake.store.read(uid));
    expect(ours.dataSet.equals(theirs.dataSet)).toBe(true);
    expect(ours.meta.includes(Buffer.from(syntax))).toBe(true);
  });
});

test('echoscu is answered', async () => {
  expect((await runTool('echoscu', ['-aec', 'READROOM', '127.0.0.1', String(edge.port)])).code).toBe(0);
});

test('another called AE title is refused, and the sender is told which', async () => {
  const { code, output } = await runTool('echoscu', ['-aec', 'PACS', '127.0.0.1', String(edge.port)]);
  expect(code).not.toBe(0);
  expect(output).toMatch(/Called AE Title Not Recognized/);
  expect(edge.refusals).toEqual([expect.stringMatching(/Set it to READROOM/)]);
});

test('storescu sends a series, which is assembled as one study in display order', async () => {
  const { code } = await runTool('storescu', ['-aec', 'READROOM', '+sd', '127.0.0.1', String(edge.port), sample('ct_series_head_ge')]);
  expect(code).toBe(0);
  const [{ studyUid }] = await until('the study', () => (edge.assembled.length > 0 ? ([edge.assembled[0]!] as const) : null));
  const series = edge.intake.store.study(studyUid)?.series ?? [];
  expect(series.map((one) => one.instances.length)).toEqual([28]);
});

test('real objects of every kind are stored, and those that are none are refused by name', async () => {
  const outcome = await sendFolder({ folder: sample('.'), host: '127.0.0.1', port: edge.port, calledAeTitle: 'READROOM', callingAeTitle: 'SENDER' });
  const names = (files: readonly { path: string }[]): string[] => files.map(({ path }) => path.split('/').at(-1) ?? '').sort();
  expect(outcome.sent.length).toBeGreaterThan(120);
  expect(names(outcome.failed)).toEqual(['HTJ2KLossless_08_RGB.dcm', 'UN_sequence.dcm', 'bad_sequence.dcm', 'emri_small_jpeg_2k_lossless_too_short.dcm', 'priv_SQ.dcm', 'rtplan_truncated.dcm']);
  expect(names(outcome.skipped)).toEqual(['DICOMDIR', 'SOURCES.tsv', 'empty_charset_LEI.dcm', 'meta_missing_tsyntax.dcm']);
  expect(edge.halts).toEqual([]);
});

test('a folder without DICOM, and a port where nobody listens, are said plainly', async () => {
  mkdirSync(join(folder, 'sub'));
  writeFileSync(join(folder, 'sub', 'note.txt'), 'no images here');
  const none = await sendFolder({ folder, host: '127.0.0.1', port: edge.port, calledAeTitle: 'READROOM', callingAeTitle: 'SENDER' });
  expect(none).toMatchObject({ sent: [], failed: [], skipped: [{ reason: 'not a DICOM file' }] });
  await writeSyntaxSamples(folder);
  const nobody = await sendFolder({ folder, host: '127.0.0.1', port: await freePort(), calledAeTitle: 'READROOM', callingAeTitle: 'SENDER' });
  expect(new Set(nobody.failed.map(({ reason }) => reason))).toEqual(new Set(['the connection failed (ECONNREFUSED)']));
});
