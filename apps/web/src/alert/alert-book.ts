import { awaitsCommunication, type Alert } from '@readroom/shared/alert/alert';

/** Every alert this page has heard of, by id, and when it last heard of it on the page's clock. */
export type AlertBook = ReadonlyMap<string, { readonly alert: Alert; readonly heardAt: number }>;

export const EMPTY_BOOK: AlertBook = new Map();

const SEVERITY_ORDER = { critical: 0, urgent: 1, routine: 2 } as const;

/** Keeps the copy with the higher revision, in whatever order events and pages arrive. */
export function receive(book: AlertBook, alerts: readonly Alert[], at: number): AlertBook {
  const newer = alerts.filter((alert) => {
    const held = book.get(alert.id);
    return !held || held.alert.revision < alert.revision;
  });
  if (newer.length === 0) return book;
  const next = new Map(book);
  for (const alert of newer) next.set(alert.id, { alert, heardAt: at });
  return next;
}

/**
 * The alerts that still want somebody, as the gateway answered a question asked at `askedAt`. One that was known before and is
 * not among them was dealt with while this page was away; one heard of since may be newer than the answer and stays.
 */
export function settle(book: AlertBook, answer: readonly Alert[], askedAt: number, at: number): AlertBook {
  const ids = new Set(answer.map((alert) => alert.id));
  const kept = [...book].filter(([id, entry]) => ids.has(id) || entry.alert.state === 'closed' || entry.heardAt >= askedAt);
  return receive(kept.length === book.size ? book : new Map(kept), answer, at);
}

/** Open alerts, the worst first and among equals the one that has waited longest. */
export function openAlerts(book: AlertBook): Alert[] {
  return [...book.values()]
    .map((entry) => entry.alert)
    .filter((alert) => alert.state === 'open')
    .sort((a, b) => SEVERITY_ORDER[a.severity] - SEVERITY_ORDER[b.severity] || a.raisedAt - b.raisedAt || (a.id < b.id ? -1 : 1));
}

/** AL9: critical alerts somebody has taken and nobody has communicated yet, the one acknowledged longest ago first. */
export function awaitingAlerts(book: AlertBook): Alert[] {
  return [...book.values()]
    .map((entry) => entry.alert)
    .filter(awaitsCommunication)
    .sort((a, b) => (a.acknowledgedAt ?? 0) - (b.acknowledgedAt ?? 0) || (a.id < b.id ? -1 : 1));
}

/** The same alerts, each in the newest copy this page has heard of. */
export function newestOf(book: AlertBook, alerts: readonly Alert[]): Alert[] {
  return alerts.map((alert) => {
    const heard = book.get(alert.id)?.alert;
    return heard && heard.revision > alert.revision ? heard : alert;
  });
}

/** The alerts of a study as it was read, in their newest copies, and those heard of since before them. */
export function ofStudy(book: AlertBook, studyId: string, read: readonly Alert[]): Alert[] {
  const known = new Set(read.map((alert) => alert.id));
  const since = [...book.values()].map((entry) => entry.alert).filter((alert) => alert.studyId === studyId && !known.has(alert.id));
  return [...since, ...newestOf(book, read)];
}

/** What the window's title says: `(2) ▲ Critical · Readroom`. */
export function titleBadge(open: readonly Alert[], title: string): string {
  const worst = open[0];
  if (!worst) return title;
  const word = worst.severity === 'critical' ? '▲ Critical' : worst.severity === 'urgent' ? '◆ Urgent' : '● Alert';
  return `(${open.length}) ${word} · ${title}`;
}
