/** A size, or why there is none: a refusal is a value, so that nobody forgets it. */
export type Measured<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: Unmeasurable };

/** In words for a radiologist; never patient data. */
export type Unmeasurable = { readonly code: UnmeasurableCode; readonly text: string };
export type UnmeasurableCode = 'no-spacing' | 'spacing-at-detector' | 'no-stack' | 'single-slice' | 'same-place' | 'empty' | 'no-mask';

export const measured = <T>(value: T): Measured<T> => ({ ok: true, value });
export const unmeasurable = (code: UnmeasurableCode, text: string): { readonly ok: false; readonly reason: Unmeasurable } => ({ ok: false, reason: { code, text } });
