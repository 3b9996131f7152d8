'use client';

import { useSyncExternalStore } from 'react';
import type { Viewer } from '@readroom/shared/worklist/presence';

/** Who has which study open, as last heard; a study's people stay the same object while they are the same. */
let byStudy: ReadonlyMap<string, readonly Viewer[]> = new Map();
const listeners = new Set<() => void>();
const NOBODY: readonly Viewer[] = [];

export function heardViewers(viewers: readonly Viewer[]): void {
  const next = new Map<string, readonly Viewer[]>();
  for (const viewer of viewers) next.set(viewer.studyId, [...(next.get(viewer.studyId) ?? []), viewer]);
  for (const [studyId, people] of next) {
    const held = byStudy.get(studyId);
    if (held && JSON.stringify(held) === JSON.stringify(people)) next.set(studyId, held);
  }
  byStudy = next;
  listeners.forEach((listener) => listener());
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useViewers(studyId: string): readonly Viewer[] {
  const read = () => byStudy.get(studyId) ?? NOBODY;
  return useSyncExternalStore(subscribe, read, read);
}
