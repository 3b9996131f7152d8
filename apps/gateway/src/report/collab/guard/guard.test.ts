import { seededRandom } from '@readroom/shared/seeded-random';
import { CLOSE } from '@readroom/shared/wire/close-codes';
import * as encoding from 'lib0/encoding';
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { cloneDocument, newDocument, putProposal, stampAuthor } from '../../document.ts';
import { typeParagraph } from '../../testing/browser.ts';
import { LIMITS, applyChecked, inspectUpdate } from './guard.ts';
import { judge } from './judge.ts';
import type { Peer } from '../peer.ts';

/** A client's own document, and the update that one change of it makes. */
function updateOf(write: (doc: Y.Doc) => void, base: Y.Doc = newDocument()): Uint8Array {
  const doc = cloneDocument(base);
  let made = new Uint8Array();
  doc.on('update', (update: Uint8Array) => (made = new Uint8Array(update)));
  doc.transact(() => write(doc));
  return made;
}

const typed = (text = 'Clear.'): Uint8Array => updateOf((doc) => typeParagraph(doc, 'findings', text));

function peer(id = 'u1', mayWrite = true): Peer {
  const nothing = (): void => undefined;
  return { person: { id, name: id, role: 'resident' }, mayWrite, sendUpdate: nothing, sendStored: nothing, sendStatus: nothing, close: nothing };
}

test('typed text passes and changes the document', () => {
  const doc = newDocument();
  const update = typed();
  expect(inspectUpdate(update).refusal).toBeNull();
  expect(applyChecked(doc, update)).toMatchObject({ refusal: null, effect: expect.any(Uint8Array) as Uint8Array });
  expect(doc.getXmlFragment('findings').toString()).toBe('<paragraph>Clear.</paragraph>');
});

test('the same update again has no effect', () => {
  const doc = newDocument();
  const update = typed();
  applyChecked(doc, update);
  expect(applyChecked(doc, update)).toEqual({ refusal: null, effect: null });
});

const HOSTILE: Record<string, (doc: Y.Doc) => void> = {
  'a map at the root': (doc) => doc.getMap('other').set('a', 1),
  'a root that is no section': (doc) => doc.getXmlFragment('other').insert(0, [new Y.XmlElement('paragraph')]),
  'an element that is no paragraph': (doc) => doc.getXmlFragment('findings').insert(0, [new Y.XmlElement('script')]),
  'an attribute': (doc) => {
    const paragraph = new Y.XmlElement('paragraph');
    paragraph.setAttribute('style', 'display:none');
    doc.getXmlFragment('findings').insert(0, [paragraph]);
  },
  'a format': (doc) => {
    const text = new Y.XmlText();
    text.insert(0, 'hidden', { hidden: true });
    const paragraph = new Y.XmlElement('paragraph');
    paragraph.insert(0, [text]);
    doc.getXmlFragment('findings').insert(0, [paragraph]);
  },
  'an embedded object': (doc) => {
    const text = new Y.XmlText();
    text.insertEmbed(0, { image: 'x' });
    const paragraph = new Y.XmlElement('paragraph');
    paragraph.insert(0, [text]);
    doc.getXmlFragment('findings').insert(0, [paragraph]);
  },
  'a subdocument': (doc) => doc.getMap('findings2').set('d', new Y.Doc()),
};

test.each(Object.keys(HOSTILE))('%s is refused before it is applied', (name) => {
  expect(inspectUpdate(updateOf(HOSTILE[name]!)).refusal).toMatchObject({ code: CLOSE.protocol });
});

const MISPLACED: Record<string, (doc: Y.Doc) => void> = {
  'a paragraph in a paragraph': (doc) => {
    const outer = new Y.XmlElement('paragraph');
    outer.insert(0, [new Y.XmlElement('paragraph')]);
    doc.getXmlFragment('findings').insert(0, [outer]);
  },
  'text without a paragraph': (doc) => doc.getXmlFragment('findings').insert(0, [new Y.XmlText('loose')]),
  'a paragraph in a text of an old paragraph': (doc) => {
    const first = doc.getXmlFragment('findings').get(0) as Y.XmlElement;
    first.insert(0, [new Y.XmlElement('paragraph')]);
  },
};

test.each(Object.keys(MISPLACED))('%s is refused when it is applied', (name) => {
  const doc = newDocument();
  typeParagraph(doc, 'findings', 'Base.');
  const update = updateOf(MISPLACED[name]!, doc);
  expect(inspectUpdate(update).refusal).toBeNull();
  expect(applyChecked(doc, update).refusal).toMatchObject({ code: CLOSE.protocol });
});

test('[RP3] authors and proposals can be neither written nor deleted, not even through an item that is there', () => {
  const base = newDocument();
  stampAuthor(base, 7, { kind: 'person', id: 'u1', name: 'One', acceptedBy: null });
  putProposal(base, { id: 'p1' } as never);
  for (const key of ['authors', 'proposals']) {
    const [name] = [...base.getMap(key).keys()];
    const overwrite = updateOf((doc) => doc.getMap(key).set(name!, 'mine'), base);
    const erase = updateOf((doc) => doc.getMap(key).delete(name!), base);
    for (const update of [overwrite, erase]) {
      expect(inspectUpdate(update).refusal ?? applyChecked(cloneDocument(base), update).refusal).toMatchObject({ code: CLOSE.protocol });
    }
  }
});

test('[RP3] a Yjs client belongs to whom it first wrote for', () => {
  const doc = newDocument();
  const mine = cloneDocument(doc);
  typeParagraph(mine, 'findings', 'Mine.');
  const first = Y.encodeStateAsUpdate(mine);
  expect(judge(doc, peer('u1'), first)).toMatchObject({ refusal: null });
  typeParagraph(mine, 'findings', 'More.');
  const second = Y.encodeStateAsUpdate(mine);
  expect(judge(cloneDocument(doc), peer('u2'), second)).toMatchObject({ refusal: { code: CLOSE.protocol } });
  expect(judge(doc, peer('u1'), second)).toMatchObject({ refusal: null, stamp: null });
});

test('a reader may repeat what is there and add nothing', () => {
  const doc = newDocument();
  const update = typed();
  judge(doc, peer('u1'), update);
  expect(judge(doc, peer('u2', false), update)).toMatchObject({ refusal: null, effect: null });
  expect(judge(doc, peer('u2', false), typed('More.'))).toMatchObject({ refusal: { code: CLOSE.forbidden } });
});

test('an update that builds on edits nobody has is told apart and never kept', () => {
  const source = newDocument();
  typeParagraph(source, 'findings', 'First.');
  const before = Y.encodeStateVector(source);
  typeParagraph(source, 'findings', 'Second.');
  const second = Y.encodeStateAsUpdate(source, before);
  expect(applyChecked(newDocument(), second)).toEqual({ refusal: 'incomplete' });
});

test('too large, too many pieces: refused by size', () => {
  expect(inspectUpdate(new Uint8Array(LIMITS.messageBytes + 1)).refusal).toMatchObject({ code: CLOSE.tooLarge });
});

/** Counts that promise far more than follows: applying them blindly would allocate first. */
test.each([
  [[1, 255, 255, 255, 255, 15, 1, 0]],
  [[255, 255, 255, 255, 15]],
  [[0, 255, 255, 255, 255, 15]],
  [[0, 1, 1, 255, 255, 255, 255, 15, 0]],
])('a lying count is refused at once: %j', (bytes) => {
  expect(inspectUpdate(new Uint8Array(bytes)).refusal).toMatchObject({ code: CLOSE.protocol });
});

test('a value nested 100,000 deep is refused, not recursed into', () => {
  const encoder = encoding.createEncoder();
  for (const number of [1, 1, 5, 0]) encoding.writeVarUint(encoder, number);
  encoding.writeUint8(encoder, 8);
  encoding.writeVarUint(encoder, 1);
  encoding.writeVarString(encoder, 'findings');
  encoding.writeVarUint(encoder, 1);
  for (let depth = 0; depth < 100_000; depth += 1) encoding.writeUint8Array(encoder, new Uint8Array([117, 1]));
  expect(inspectUpdate(encoding.toUint8Array(encoder)).refusal).toMatchObject({ code: CLOSE.protocol });
});

test('fuzz: broken updates are refused or harmless, and never throw', () => {
  const seed = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  process.stdout.write(`guard fuzz seed ${seed}\n`);
  const next = seededRandom(seed);
  const base = newDocument();
  typeParagraph(base, 'findings', 'Base text that can be cut into.');
  stampAuthor(base, 7, { kind: 'person', id: 'u9', name: 'Nine', acceptedBy: null });
  const samples = [typed('A longer sentence with words.'), updateOf((doc) => doc.getXmlFragment('findings').delete(0, 1), base), updateOf((doc) => typeParagraph(doc, 'impression', 'x'), base)];
  for (let round = 0; round < 1_000; round += 1) {
    const sample = samples[round % samples.length]!;
    const update = round % 4 === 0 ? Uint8Array.from({ length: Math.floor(next() * 60) }, () => Math.floor(next() * 256)) : new Uint8Array(sample);
    for (let flip = Math.floor(next() * 4); flip >= 0 && update.length > 0; flip -= 1) update[Math.floor(next() * update.length)] = Math.floor(next() * 256);
    const doc = cloneDocument(base);
    const verdict = judge(doc, peer('u1'), update.subarray(0, update.length - Math.floor(next() * 3)));
    if (verdict.refusal !== null) continue;
    // Whatever was let in is text in paragraphs, and what was not the client's stayed as it was.
    for (const section of ['indication', 'comparison', 'findings', 'impression']) {
      expect(doc.getXmlFragment(section).toString(), `seed ${seed} round ${round}`).toMatch(/^(<paragraph>[^<]*<\/paragraph>)*$/);
    }
    expect(doc.getMap('authors').get('7'), `seed ${seed} round ${round}`).toMatchObject({ id: 'u9' });
  }
}, 60_000);
