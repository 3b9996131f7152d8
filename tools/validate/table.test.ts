import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readCases } from './cases.ts';
import { parseCsv } from './csv.ts';
import { readOptions } from './options.ts';
import type { Options } from './options.ts';
import { truthReader } from './truth.ts';

const CODES = ['pneumonia'];
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'readroom-cases-'));
});
afterEach(() => rm(folder, { recursive: true }));

const call = (...args: string[]): Options => {
  const options = readOptions(['--model', 'cxr', '--cases', folder, ...args]);
  if ('problem' in options) throw new Error(options.problem);
  return options;
};
async function cases(csv: string, ...args: string[]) {
  await writeFile(join(folder, 'labels.csv'), csv);
  return readCases(call(...args), CODES, false);
}

describe('the call', () => {
  test.each([
    [['--cases', 'x'], '--model and --cases'], [['--prevalence', '2'], 'from 0 to 1'], [['--draws', '99999'], 'from 1 to 10000'], [['--bins', '1.5'], 'whole number'],
    [['--map', 'foo'], 'NAME=VALUE'], [['--surprise'], 'surprise'],
  ])('%j is refused with what is wrong', (args, message) => {
    const answer = readOptions(args[0] === '--cases' ? args : ['--model', 'cxr', '--cases', 'x', ...args]);
    expect(answer).toMatchObject({ problem: expect.stringContaining(message) });
  });
});

describe('a table', () => {
  test('quotes hold commas, line breaks and quotes; the byte order mark and CRLF are no text', () => {
    const { columns, rows } = parseCsv('\uFEFFfile,label\r\n"a, ""b""\nc.jpg",normal\r\nd.jpg,pneumonia\r\n\r\n', 't.csv');
    expect(columns).toEqual(['file', 'label']);
    expect(rows).toEqual([{ line: 2, values: { file: 'a, "b"\nc.jpg', label: 'normal' } }, { line: 4, values: { file: 'd.jpg', label: 'pneumonia' } }]);
  });

  test('whatever is written is read back', () => {
    const field = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r\n', ' ', 'é') });
    fc.assert(fc.property(fc.array(fc.tuple(field, field).filter((pair) => pair.join('').trim() !== ''), { maxLength: 8 }), (written) => {
      const text = [['one', 'two'], ...written].map((pair) => pair.map((value) => `"${value.replaceAll('"', '""')}"`).join(',')).join('\n');
      expect(parseCsv(text, 't').rows.map(({ values }) => [values['one'], values['two']])).toEqual(written);
    }));
  });

  test.each([['', 'is empty'], ['a,a\n1,2', 'twice'], ['a,b\n1', 'line 2 has 1 fields, the header 2'], ['a,b\n"1,2', 'never closed'], ['a,b\n"1"x,2', 'text follows']])('%j is refused', (text, message) => {
    expect(() => parseCsv(text, 't.csv')).toThrow(message);
  });
});

describe('labels', () => {
  const read = (value: string, map: [string, string][] = [], codes = CODES) => truthReader([value], new Map(map), codes)(value);

  test('are read by code, label, alias and the usual words for none, however they are written', () => {
    expect([...read('Pneumonia').codes]).toEqual(['pneumonia']);
    expect([...read('hemorrhage').codes]).toEqual(['intracranial-haemorrhage']);
    for (const word of ['normal', 'NONE', 'No finding', 'notumor', '0']) expect(read(word)).toEqual({ codes: new Set(), skip: false });
    expect(read('edema_only').skip).toBe(true);
    expect([...read('Pneumonia|hemorrhage').codes]).toEqual(['pneumonia', 'intracranial-haemorrhage']);
  });

  test('1 is positive where the model looks for one thing, and not known where it looks for more', () => {
    expect([...read('1').codes]).toEqual(['pneumonia']);
    expect(() => read('1', [], ['pneumonia', 'intracranial-haemorrhage'])).toThrow('--map VALUE=CODE');
  });

  test('a word nobody knows is refused, not counted as a negative; so are an empty cell and a code nobody knows', () => {
    expect(() => read('haemmorrhage')).toThrow('"haemmorrhage"');
    expect(() => read('')).toThrow('--map');
    expect(() => read('x', [['x', 'y']])).toThrow('y is not in the finding catalogue');
    expect([...read('Blutung', [['blutung', 'intracranial-haemorrhage']]).codes]).toEqual(['intracranial-haemorrhage']);
  });
});

describe('cases', () => {
  test.each([
    ['name,label,group\na,normal,1', 'has no column file or filename'], ['file,group\na,1', 'has no column label'], ['file,label\na,normal', 'has no column group or patient'],
    ['file,label,group\n', 'names no case'], ['file,label,group\na,normal,', 'line 2 has no group'], ['file,label,group\n../x.jpg,normal,1', 'is not a path inside'], ['file,label,group\n/etc/passwd,normal,1', 'is not a path inside'],
  ])('%j is refused', async (csv, message) => {
    await expect(cases(csv)).rejects.toThrow(message);
  });

  test('a table that is not there is refused', async () => {
    await expect(readCases(call(), CODES, false)).rejects.toThrow('labels.csv cannot be read (ENOENT)');
  });

  test('a column asked for must be there', async () => {
    await expect(cases('file,label,group\na,normal,1', '--by', 'scanner')).rejects.toThrow('no column scanner');
  });

  test('training rows, oedema only, and negatives beside a positive are left out and say why', async () => {
    const { cases: read } = await cases('file,label,group,adjacent_to_positive,split\na,normal,1,0,train\nb,normal,1,1,val\nc,pneumonia,1,1,val\nd,edema_only,1,0,val\ne,normal,2,0,test');
    expect(read.map(({ leftOut }) => leftOut?.split(' ').slice(0, 4).join(' '))).toEqual(['split is train: the', 'a negative slice beside', undefined, 'the label does not', undefined]);
  });

  test('--where chooses, and then a training row may be asked for', async () => {
    const { cases: read } = await cases('file,label,group,split\na,normal,1,train\nb,normal,1,val', '--where', 'split=train');
    expect(read.map(({ leftOut }) => leftOut)).toEqual([undefined, 'not split=train']);
  });

  test('--group file takes every case as its own', async () => {
    expect((await cases('file,label\na,normal\nb,normal', '--group', 'file')).cases.map(({ group }) => group)).toEqual(['a', 'b']);
  });
});
