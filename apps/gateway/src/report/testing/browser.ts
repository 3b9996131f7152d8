import { MESSAGE_STATUS, MESSAGE_STORED, collabStatusSchema, storedSchema } from '@readroom/shared/report/collab-wire';
import type { CollabStatus, Stored } from '@readroom/shared/report/collab-wire';
import { sectionTexts } from '@readroom/shared/report/paragraphs';
import type { Section, SectionTexts } from '@readroom/shared/report/report';
import { CLOSE } from '@readroom/shared/wire/close-codes';
import * as decoding from 'lib0/decoding';
import { WebSocket } from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';

/** A browser's side of a report: the y-websocket client itself, with a cookie, and our two messages read. */
export interface Browser {
  readonly doc: Y.Doc;
  readonly provider: WebsocketProvider;
  readonly stored: Stored[];
  readonly statuses: CollabStatus[];
  readonly closes: number[];
  /** Sync messages sent on the present connection that carry edits. */
  sent(): number;
  texts(): SectionTexts;
  type(section: Section, text: string): void;
  /** Resolves once the last sync message sent is acknowledged. */
  settled(): Promise<Stored>;
  close(): void;
}

export interface BrowserOptions {
  readonly url: string;
  readonly reportId: string;
  readonly cookie: string;
  readonly doc?: Y.Doc;
  readonly origin?: string;
  readonly connect?: boolean;
}

export function openBrowser(options: BrowserOptions): Browser {
  const doc = options.doc ?? new Y.Doc({ gc: false });
  const stored: Stored[] = [];
  const statuses: CollabStatus[] = [];
  const closes: number[] = [];
  let sent = 0;
  class CookieSocket extends WebSocket {
    constructor(address: string) {
      super(address, { headers: { cookie: options.cookie, ...(options.origin ? { origin: options.origin } : {}) } });
      sent = 0;
      stored.length = 0;
    }

    override send(data: Uint8Array): void {
      if (data[0] === 0 && (data[1] === 1 || data[1] === 2)) sent += 1;
      super.send(data);
    }
  }
  const provider = new WebsocketProvider(`${options.url.replace('http', 'ws')}/collab`, options.reportId, doc, {
    WebSocketPolyfill: CookieSocket as unknown as typeof globalThis.WebSocket,
    disableBc: true,
    connect: options.connect ?? true,
    maxBackoffTime: 200,
    // As the web does: a signed report is come back to, read-only; a refusal is not.
    shouldReconnect: (event) => event.code === CLOSE.sealed || event.code < 4400 || event.code >= 4500,
  });
  const handlers = provider.messageHandlers as ((encoder: unknown, decoder: decoding.Decoder) => void)[];
  handlers[MESSAGE_STORED] = (_encoder, decoder) => void stored.push(storedSchema.parse(JSON.parse(decoding.readVarString(decoder))));
  handlers[MESSAGE_STATUS] = (_encoder, decoder) => void statuses.push(collabStatusSchema.parse(JSON.parse(decoding.readVarString(decoder))));
  provider.on('connection-close', (event) => void closes.push(event?.code ?? 0));
  return {
    doc,
    provider,
    stored,
    statuses,
    closes,
    sent: () => sent,
    texts: () => sectionTexts(doc),
    type: (section, text) => typeParagraph(doc, section, text),
    async settled() {
      await until(() => provider.synced && sent > 0 && (stored.at(-1)?.upTo ?? 0) >= sent, 'the edits to be acknowledged');
      return stored.at(-1)!;
    },
    close() {
      provider.destroy();
      doc.destroy();
    },
  };
}

/** As an editor types: a paragraph, then its text. */
export function typeParagraph(doc: Y.Doc, section: Section, text: string): void {
  doc.transact(() => {
    const paragraph = new Y.XmlElement('paragraph');
    paragraph.insert(0, [new Y.XmlText(text)]);
    const fragment = doc.getXmlFragment(section);
    fragment.insert(fragment.length, [paragraph]);
  });
}

/** Waits for a condition, looking again after every turn of the event loop; fails with its name after `limitMs`. */
export async function until(condition: () => boolean | Promise<boolean>, what: string, limitMs = 10_000): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Waited ${limitMs} ms for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
