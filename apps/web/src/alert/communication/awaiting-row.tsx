'use client';

import type { Alert } from '@readroom/shared/alert/alert';
import { whoText } from '@readroom/shared/alert/hospital-page';
import { Button } from '../../ui/button.tsx';
import { Badge, Kbd } from '../../ui/marks/marks.tsx';
import { AlertRow } from '../screens/alert-row.tsx';

/** AL9: an alert somebody has taken and nobody has communicated. `onCommunicate` is null for who may not record. */
export function AwaitingRow({ alert, selected, onCommunicate }: { alert: Alert; selected: boolean; onCommunicate: (() => void) | null }) {
  const record = onCommunicate !== null && (
    <Button tone="primary" onClick={onCommunicate}>
      Record who was told {selected && <Kbd keys="Shift+A" />}
    </Button>
  );
  return (
    <AlertRow
      alert={alert}
      selected={selected}
      since={alert.acknowledgedAt ?? alert.raisedAt}
      mark={<Badge tone="urgent">Not yet communicated</Badge>}
      withdrawn="Withdrawn by a later analysis"
      detail={<>Acknowledged by <bdi>{alert.acknowledgedBy === null ? '' : whoText(alert.acknowledgedBy)}</bdi></>}
      action={record}
    />
  );
}
