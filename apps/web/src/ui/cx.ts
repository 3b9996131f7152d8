import { clsx, type ClassValue } from 'clsx';

/** Class names joined; falsy ones dropped. */
export function cx(...parts: ClassValue[]): string {
  return clsx(parts);
}
