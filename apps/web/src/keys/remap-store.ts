import { z } from 'zod';
import { browserStorage } from '../lib/storage.ts';
import type { Remap } from './registry.ts';

const STORAGE_KEY = 'readroom.keys';
const remapSchema = z.record(z.string(), z.array(z.string().min(1).max(40)).max(4));

/** A person's own keys on this computer; what can't be read counts as none. */
export function loadRemap(): Remap {
  const stored = browserStorage.getItem(STORAGE_KEY);
  if (stored === null) return {};
  try {
    const parsed: unknown = JSON.parse(stored);
    return remapSchema.catch({}).parse(parsed);
  } catch {
    return {};
  }
}

export function saveRemap(keys: Remap): void {
  browserStorage.setItem(STORAGE_KEY, JSON.stringify(keys));
}
