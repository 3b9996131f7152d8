'use client';

import type { StudyView } from '../../lib/contract.ts';
import { Notice } from '../../ui/states/states.tsx';
import type { Evidence } from './use-reading.ts';

export interface ReportSlotProps {
  study: StudyView;
  reportId: string | null;
  onShowEvidence(evidence: Evidence): void;
}

/** Where the report stands beside the images. */
export function ReportSlot({ reportId }: ReportSlotProps) {
  if (reportId === null) return <Notice kind="problem" title="The report could not be opened" />;
  return <Notice kind="empty" title="Report" />;
}
