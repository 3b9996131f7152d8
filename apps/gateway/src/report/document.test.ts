import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { sectionTexts } from '@readroom/shared/report/paragraphs';
import { appendParagraph, authoredParagraphs, captureUpdate, cloneDocument, isIncomplete, loadDocument, newDocument, stampAuthor } from './document.ts';
import { typeParagraph } from './testing/browser.ts';

test('[RP6] undo takes back what this page did and leaves what others wrote', () => {
  const mine = newDocument();
  const theirs = newDocument();
  mine.on('update', (update: Uint8Array, origin: unknown) => origin !== 'line' && Y.applyUpdate(theirs, update, 'line'));
  theirs.on('update', (update: Uint8Array, origin: unknown) => origin !== 'line' && Y.applyUpdate(mine, update, 'line'));
  const undo = new Y.UndoManager(mine.getXmlFragment('findings'), { trackedOrigins: new Set([null]) });
  typeParagraph(mine, 'findings', 'Mine.');
  typeParagraph(theirs, 'findings', 'Theirs.');
  undo.undo();
  expect(sectionTexts(mine).findings).toEqual(['Theirs.']);
  expect(sectionTexts(theirs).findings).toEqual(['Theirs.']);
  undo.redo();
  expect([...sectionTexts(theirs).findings].sort()).toEqual(['Mine.', 'Theirs.']);
});

test('a document made again from its updates is the same, deleted text included', () => {
  const doc = newDocument();
  const updates: Uint8Array[] = [];
  doc.on('update', (update: Uint8Array) => updates.push(update));
  typeParagraph(doc, 'findings', 'One.');
  typeParagraph(doc, 'findings', 'Two.');
  doc.getXmlFragment('findings').delete(0, 1);
  const again = loadDocument(updates);
  expect(Y.encodeStateAsUpdate(again)).toEqual(Y.encodeStateAsUpdate(doc));
  expect(sectionTexts(cloneDocument(again)).findings).toEqual(['Two.']);
});

test('a gap in the updates is noticed', () => {
  const doc = newDocument();
  const updates: Uint8Array[] = [];
  doc.on('update', (update: Uint8Array) => updates.push(update));
  typeParagraph(doc, 'findings', 'One.');
  typeParagraph(doc, 'findings', 'Two.');
  expect(isIncomplete(loadDocument(updates))).toBe(false);
  expect(isIncomplete(loadDocument(updates.slice(1)))).toBe(true);
});

test('nothing written gives no update', () => {
  expect(captureUpdate(newDocument(), () => undefined)).toBeNull();
});

test('a new paragraph goes after the last one with words in it', () => {
  const doc = newDocument();
  appendParagraph(doc, 'findings', 'One.');
  doc.getXmlFragment('findings').insert(1, [new Y.XmlElement('paragraph')]);
  appendParagraph(doc, 'findings', 'Two.');
  expect(sectionTexts(doc).findings).toEqual(['One.', 'Two.', '']);
});

test('[RP3] every stretch of a paragraph names its own author', () => {
  const doc = newDocument();
  typeParagraph(doc, 'findings', 'No effusion.');
  stampAuthor(doc, doc.clientID, { kind: 'person', id: 'u1', name: 'One', acceptedBy: null });
  const other = cloneDocument(doc);
  const text = (other.getXmlFragment('findings').get(0) as Y.XmlElement).get(0) as Y.XmlText;
  text.insert(3, 'large ');
  stampAuthor(other, other.clientID, { kind: 'person', id: 'u2', name: 'Two', acceptedBy: null });
  expect(authoredParagraphs(other, 'findings')).toMatchObject([
    [
      { text: 'No ', author: { id: 'u1' } },
      { text: 'large ', author: { id: 'u2' } },
      { text: 'effusion.', author: { id: 'u1' } },
    ],
  ]);
});
