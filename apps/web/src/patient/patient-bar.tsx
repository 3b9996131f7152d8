'use client';

import type { WorklistItem } from '@readroom/shared/worklist/worklist-item';
import { bornText, ideographicTitle, patientTitle } from '../lib/person.ts';
import { gatewayNow } from '../lib/ticker.ts';
import { localDateTimeText } from '../lib/time.ts';
import { cx } from '../ui/cx.ts';
import { SyntheticBadge } from '../ui/marks/marks.tsx';

export type BarStudy = Pick<
  WorklistItem,
  'patientName' | 'patientId' | 'birthDate' | 'sex' | 'modality' | 'bodyPart' | 'description' | 'accessionNumber' | 'studyDateTime' | 'institution' | 'synthetic' | 'studyUid'
>;

const SEX = { M: 'male', F: 'female', O: 'other' } as const;

/**
 * Whose study this is, the same on list, viewer and report, never scrolled away. `expectedStudyUid` is what the pane beside
 * it works on: another one turns the bar red, and the pane blocks typing.
 */
export function PatientBar({ study, wide, expectedStudyUid = study.studyUid }: { study: BarStudy; wide: boolean; expectedStudyUid?: string }) {
  const mismatch = expectedStudyUid !== study.studyUid;
  const ideographic = ideographicTitle(study);
  // In a study the patient is what the page is about; on the list it is one part of it.
  const Name = wide ? 'h1' : 'h2';
  return (
    <section
      aria-label="Patient"
      data-mismatch={mismatch || undefined}
      className={cx('shrink-0 border-b px-4 py-2', mismatch ? 'border-critical bg-critical-wash' : 'border-line bg-raised', wide && 'flex h-[52px] items-center gap-6 py-0')}
    >
      {mismatch && <p className="font-semibold text-critical-text">This is another patient’s study. Typing is blocked; go back and open the study again.</p>}
      <div className="min-w-0">
        <Name className="flex min-w-0 items-center gap-2 text-[15px] leading-5 font-semibold">
          <bdi className="truncate" title={patientTitle(study)}>
            {patientTitle(study)}
          </bdi>
          {ideographic !== null && <bdi className="max-w-[40%] shrink-0 truncate font-normal text-muted">{ideographic}</bdi>}
          {study.synthetic && <SyntheticBadge />}
        </Name>
        <p className="nums truncate">{study.patientName === null ? <span className="text-muted">Your role shows no names or numbers</span> : <Identity study={study} />}</p>
      </div>
      <StudyFacts study={study} wide={wide} />
    </section>
  );
}

function Identity({ study }: { study: BarStudy }) {
  const sex = study.sex === null ? 'sex unknown' : SEX[study.sex];
  return (
    <bdi>
      MRN {study.patientId === null || study.patientId === '' ? 'missing' : study.patientId} · {bornText(study, gatewayNow())} · {sex}
    </bdi>
  );
}

function StudyFacts({ study, wide }: { study: BarStudy; wide: boolean }) {
  const when = study.studyDateTime === null ? 'Study date missing' : localDateTimeText(study.studyDateTime);
  const accession = study.accessionNumber === null ? '' : study.accessionNumber === '' ? 'No accession number' : `Acc ${study.accessionNumber}`;
  return (
    <div className={cx('min-w-0', wide ? 'border-l border-line pl-6' : 'mt-1')}>
      <p className="truncate leading-5" title={study.description}>
        <span className="font-medium">{study.modality}</span> <bdi>{withoutModality(study)}</bdi>
      </p>
      <p className="nums truncate text-muted">
        <bdi>{[when, accession, study.institution].filter(Boolean).join(' · ')}</bdi>
      </p>
    </div>
  );
}

/** `CT head` after `CT` says CT twice. */
function withoutModality({ modality, description, bodyPart }: BarStudy): string {
  const text = description || bodyPart || 'No description';
  return text.startsWith(`${modality} `) ? text.slice(modality.length + 1) : text;
}
