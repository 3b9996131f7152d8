import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEdgeProcess } from '../apps/edge-node/src/testing/edge-process.ts';
import { DCMTK_ENV, runTool } from '../apps/edge-node/src/testing/dcmtk.ts';
import { makeDataSet, makeFile, testUid } from '../apps/edge-node/src/testing/dicom-object.ts';
import { until } from '../apps/edge-node/src/testing/until.ts';
import { freePort } from '../tools/services/free-port.ts';
import { interleave, resultOf } from './harness.ts';
import type { BenchContext, BenchResult, Benchmark } from './harness.ts';

const OBJECTS = 500;
const OBJECT_BYTES = 512 * 1024;
const PAIRS = 3;

/**
 * One association of 500 CT-sized objects from dcmsend, each durable before it is acknowledged: our whole edge node
 * beside Orthanc as Debian ships it (its storage synced, which is its default) and DCMTK's storescp (which never syncs).
 * Every measurement begins with an empty store on the same disk.
 */
export const benchmark: Benchmark = {
  name: 'cstore-ingest',
  what: `${String(OBJECTS)} objects of 0.5 MB by C-STORE, from dcmsend's start (it reads the folder, some 0.1 s) to its end`,
  async run(context) {
    const root = mkdtempSync(join(tmpdir(), 'readroom-cstore-'));
    context.defer(() => rmSync(root, { recursive: true, force: true }));
    const folder = writeObjects(join(root, 'objects'));
    const measure = (name: string, start: (home: string) => Promise<Receiver>) => (): Promise<number> => objectsPerSecond(context, { name, folder, home: join(root, name), start });
    const ours = measure('readroom', startEdge);
    const orthanc = await interleave(PAIRS, ours, measure('orthanc', startOrthanc));
    const storescp = await interleave(PAIRS, ours, measure('storescp', startStorescp));
    const results: BenchResult[] = [
      resultOf(orthanc, { name: 'cstore-ingest', unit: 'objects/s', bar: { text: '>= 2x Orthanc', ok: ({ ratio }) => ratio >= 2 }, note: 'peer: Orthanc' }),
      resultOf(storescp, { name: 'cstore-ingest-storescp', unit: 'objects/s', note: 'peer: DCMTK storescp, which acknowledges before anything is durable; reported, no bar' }),
    ];
    return results;
  },
};

interface Receiver {
  readonly port: number;
  stop(): Promise<void>;
}

interface Measurement {
  readonly name: string;
  readonly folder: string;
  readonly home: string;
  readonly start: (home: string) => Promise<Receiver>;
}

function writeObjects(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const [studyUid, seriesUid] = [testUid(), testUid()];
  for (let i = 0; i < OBJECTS; i += 1) {
    const sopInstanceUid = testUid();
    const dataSet = makeDataSet({ sopInstanceUid, studyUid, seriesUid, instanceNumber: i, z: i, pixelBytes: OBJECT_BYTES, fill: i % 251 });
    writeFileSync(join(folder, `${String(i).padStart(4, '0')}.dcm`), makeFile(dataSet, { sopInstanceUid }));
  }
  return folder;
}

async function objectsPerSecond(context: BenchContext, { name, folder, home, start }: Measurement): Promise<number> {
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  const receiver = await start(home);
  try {
    const began = performance.now();
    const { code, output } = await runTool('dcmsend', ['-aec', 'READROOM', '127.0.0.1', String(receiver.port), '+sd', folder], 300_000);
    const seconds = (performance.now() - began) / 1_000;
    if (code !== 0) throw new Error(`dcmsend to ${name} ended with ${String(code)}: ${output.slice(0, 500)}`);
    const rate = OBJECTS / seconds;
    context.log(`${name}: ${rate.toFixed(0)} objects/s`);
    return rate;
  } finally {
    await receiver.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

async function startEdge(home: string): Promise<Receiver> {
  const edge = await startEdgeProcess({ home: join(home, 'edge'), env: { READROOM_LOG_LEVEL: 'info' } });
  return { port: edge.dicomPort, stop: () => edge.kill('SIGKILL') };
}

async function startOrthanc(home: string): Promise<Receiver> {
  const port = await freePort();
  const configuration = {
    StorageDirectory: join(home, 'storage'),
    IndexDirectory: join(home, 'storage'),
    DicomAet: 'READROOM',
    DicomPort: port,
    HttpServerEnabled: false,
    DicomCheckCalledAet: false,
    SyncStorageArea: true,
    OverwriteInstances: true,
    Plugins: [],
  };
  writeFileSync(join(home, 'orthanc.json'), JSON.stringify(configuration));
  return await startPeer('Orthanc', [join(home, 'orthanc.json')], port);
}

async function startStorescp(home: string): Promise<Receiver> {
  const port = await freePort();
  return await startPeer('storescp', ['-od', home, String(port)], port);
}

async function startPeer(command: string, args: readonly string[], port: number): Promise<Receiver> {
  const child = spawn(command, args, { env: DCMTK_ENV, stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const failed = new Promise<never>((_resolve, reject) => child.once('error', (cause) => reject(new Error(`this benchmark needs ${command}: apt-get install dcmtk orthanc`, { cause }))));
  await Promise.race([failed, until(`${command} to listen`, async () => (await runTool('echoscu', ['-aec', 'READROOM', '127.0.0.1', String(port)])).code === 0)]);
  return { port, stop: () => stopChild(child, ended) };
}

async function stopChild(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.kill('SIGKILL');
  await ended;
}
