import type { Alert } from '@readroom/shared/alert/alert';
import { confidenceText } from '@readroom/shared/finding/confidence';
import { AiBadge } from '../../ui/marks/marks.tsx';
import { SeverityMark } from '../../ui/marks/severity.tsx';
import { alertPatient, alertTitle } from './alert-text.ts';

/** What a dialog about an alert is about: finding, patient by two identifiers, study. */
export function AlertFacts({ alert }: { alert: Alert }) {
  return (
    <div className="rounded border border-line bg-surface px-3 py-2">
      <p className="flex items-center gap-2 font-medium">
        <SeverityMark state={alert.severity} /> {alertTitle(alert)} <AiBadge>{confidenceText(alert.confidence, null)}</AiBadge>
      </p>
      <p className="mt-1 truncate">
        <bdi>{alertPatient(alert)}</bdi>
      </p>
      <p className="truncate text-muted">
        {alert.modality} · <bdi>{alert.description}</bdi>
      </p>
      {alert.withdrawn && <p className="mt-1 text-urgent-text">A later analysis withdrew this finding. It still wants a look.</p>}
    </div>
  );
}
