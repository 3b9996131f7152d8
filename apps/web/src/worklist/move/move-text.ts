import { moveReasonText } from '@readroom/shared/priority/move';
import type { ShownOverride } from '@readroom/shared/worklist/worklist-item';
import { clockText } from '../../lib/time.ts';

/** `↑ Dr A until 14:30: Clinician waits`: who, until when, why, in the order that survives a narrow column. */
export function moveText(override: ShownOverride): string {
  const arrow = override.direction === 'up' ? '↑' : '↓';
  const rest = `${override.author.name} until ${clockText(override.expiresAt)}: ${moveReasonText(override.reason, override.note)}`;
  return override.holds ? `${arrow} ${rest}` : `Set aside, a critical finding came after it: ${rest}`;
}
