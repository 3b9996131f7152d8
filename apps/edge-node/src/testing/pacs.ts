import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../../tools/services/free-port.ts';
import { DCMTK_ENV, runTool } from './dcmtk.ts';
import { makeDataSet, makeFile, testUid } from './dicom-object.ts';
import type { ObjectOptions } from './dicom-object.ts';
import { until } from './until.ts';

/** A real PACS of somebody else, with a folder of its own, that knows one node to send to. */
export interface Pacs {
  readonly aeTitle: string;
  readonly port: number;
  /** Stores an object there; answers its UIDs and the bytes of its data set. */
  give(options: ObjectOptions): Promise<GivenObject>;
  stop(): void;
}

export interface GivenObject {
  readonly studyUid: string;
  readonly sopInstanceUid: string;
  readonly dataSet: Buffer;
}

export type PacsKind = 'Orthanc' | 'dcmqrscp';

/** Node AE titles `READROOM` at `nodePort`, and `NOWHERE` at a port where nobody listens. */
export async function startPacs(kind: PacsKind, nodePort: number): Promise<Pacs> {
  const folder = mkdtempSync(join(tmpdir(), 'readroom-pacs-'));
  const port = await freePort();
  const nodes = { READROOM: nodePort, NOWHERE: await freePort() };
  const child = kind === 'Orthanc' ? startOrthanc(folder, port, nodes) : startDcmqrscp(folder, port, nodes);
  await until(kind, async () => (await runTool('echoscu', ['-aec', 'PACS', '127.0.0.1', String(port)])).code === 0);
  return {
    aeTitle: 'PACS',
    port,
    give: (options) => give(folder, port, options),
    stop() {
      child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

type Nodes = Readonly<Record<string, number>>;

function startOrthanc(folder: string, port: number, nodes: Nodes): ChildProcess {
  const file = join(folder, 'orthanc.json');
  const modalities = Object.fromEntries(Object.entries(nodes).map(([aeTitle, nodePort]) => [aeTitle, [aeTitle, '127.0.0.1', nodePort]]));
  writeFileSync(file, JSON.stringify({ StorageDirectory: join(folder, 'db'), IndexDirectory: join(folder, 'db'), DicomPort: port, DicomAet: 'PACS', HttpServerEnabled: false, DefaultEncoding: 'Utf8', DicomModalities: modalities }));
  return spawn('Orthanc', [file], { stdio: 'ignore' });
}

function startDcmqrscp(folder: string, port: number, nodes: Nodes): ChildProcess {
  const file = join(folder, 'dcmqrscp.cfg');
  mkdirSync(join(folder, 'db'));
  const hosts = Object.entries(nodes).map(([aeTitle, nodePort]) => `${aeTitle.toLowerCase()} = (${aeTitle}, 127.0.0.1, ${nodePort})`);
  writeFileSync(file, [
    `NetworkTCPPort = ${port}`, 'MaxPDUSize = 16384', 'MaxAssociations = 16',
    'HostTable BEGIN', ...hosts, 'HostTable END', 'VendorTable BEGIN', 'VendorTable END',
    'AETable BEGIN', `PACS ${join(folder, 'db')} RW (200, 1024mb) ANY`, 'AETable END', '',
  ].join('\n'));
  return spawn('dcmqrscp', ['-c', file, '--disable-host-lookup'], { env: DCMTK_ENV, stdio: 'ignore' });
}

async function give(folder: string, port: number, options: ObjectOptions): Promise<GivenObject> {
  const sopInstanceUid = options.sopInstanceUid ?? testUid();
  const studyUid = options.studyUid ?? testUid();
  const dataSet = makeDataSet({ ...options, sopInstanceUid, studyUid });
  const file = join(folder, 'given.dcm');
  writeFileSync(file, makeFile(dataSet, { sopInstanceUid }));
  const { code, output } = await runTool('storescu', ['-aec', 'PACS', '-xe', '127.0.0.1', String(port), file]);
  if (code !== 0) throw new Error(`the PACS did not take the object: ${output}`);
  return { studyUid, sopInstanceUid, dataSet };
}
