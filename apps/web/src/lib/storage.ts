/**
 * The browser's storage for a person's own settings (widths, keys, sound), never for patient data. A browser that forbids
 * storage loses the setting, not the page.
 */
export const browserStorage = {
  getItem(key: string): string | null {
    try {
      return globalThis.localStorage?.getItem(key) ?? null;
    } catch {
      return null;
    }
  },
  setItem(key: string, value: string): void {
    try {
      globalThis.localStorage?.setItem(key, value);
    } catch {
      // Full or forbidden: the setting holds until the page is left.
    }
  },
};
