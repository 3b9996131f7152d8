const KEY_ITEM = 'readroom.report-key';
const TAB_ITEM = 'readroom.report-tab';

export interface JournalKey {
  readonly key: CryptoKey;
  /** Names this tab's entries; another tab has another key and can't read them. */
  readonly tab: string;
}

/**
 * The key of this tab's kept edits: AES-256-GCM, made at first use, held in the tab's session storage, gone with the tab or at
 * sign-out. Null where the browser has no WebCrypto (a page that came over plain HTTP): then edits are kept in the page alone.
 */
export async function journalKey(): Promise<JournalKey | null> {
  if (!globalThis.crypto?.subtle) return null;
  const kept = sessionStorage.getItem(KEY_ITEM);
  const tab = sessionStorage.getItem(TAB_ITEM);
  if (kept !== null && tab !== null) return { key: await importKey(fromBase64(kept)), tab };
  const raw = crypto.getRandomValues(new Uint8Array(32));
  const fresh = crypto.randomUUID();
  sessionStorage.setItem(KEY_ITEM, toBase64(raw));
  sessionStorage.setItem(TAB_ITEM, fresh);
  return { key: await importKey(raw), tab: fresh };
}

/** Without the key what is left in the browser's database is noise. */
export function forgetJournalKey(): void {
  sessionStorage.removeItem(KEY_ITEM);
  sessionStorage.removeItem(TAB_ITEM);
}

function importKey(raw: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']);
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
