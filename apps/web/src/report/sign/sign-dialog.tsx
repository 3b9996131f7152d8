'use client';

import { useEffect, useRef, useState } from 'react';
import { trimParagraphs } from '@readroom/shared/report/canonical';
import { SECTIONS, type SectionTexts } from '@readroom/shared/report/report';
import type { WorklistItem } from '@readroom/shared/worklist/worklist-item';
import { bornText, patientTitle } from '../../lib/person.ts';
import { problemOf } from '../../lib/problem.ts';
import { gatewayNow, useTicking } from '../../lib/ticker.ts';
import { Button } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { CheckIcon, ProblemIcon } from '../../ui/icons.ts';
import { SECTION_TITLES } from '../editor/section-editor.tsx';
import { reportApi } from '../report-api.ts';
import type { DocumentView } from '../session/use-report-session.ts';
import { maySeal, type Check } from './checks.ts';
import { reportHash } from './content-hash.ts';

export interface SignDialogProps {
  readonly reportId: string;
  readonly study: WorklistItem;
  readonly document: DocumentView;
  readonly checks: readonly Check[];
  onClose(): void;
  onSigned(): void;
}

/**
 * The signature. While it is open nobody else's words come in; the text below is the text that is hashed, and the gateway refuses
 * when its own is another (RP2).
 */
export function SignDialog({ reportId, study, document, checks, onClose, onSigned }: SignDialogProps) {
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const secondsLeft = usePen(reportId, setProblem);
  const held = secondsLeft !== null && secondsLeft > 0;
  const ready = held && maySeal(checks);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (ready) button.current?.focus();
  }, [ready]);

  const sign = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await reportApi.sign(reportId, await reportHash(study, document.texts, document.proposals));
      onSigned();
    } catch (error) {
      setProblem(problemOf(error).text);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Dialog open title="Sign the report" width="wide" onOpenChange={(open) => !open && onClose()}>
      <form
        className="flex flex-col gap-3 p-4"
        onSubmit={(event) => {
          event.preventDefault();
          void sign();
        }}
      >
        <Patient study={study} />
        <ul className="flex flex-col gap-1">
          {checks.map((check) => (
            <CheckLine key={check.id} check={check} />
          ))}
        </ul>
        <SignedText texts={document.texts} />
        <div role="alert" className="min-h-[18px] text-critical-text">
          {problem ?? (secondsLeft === 0 ? 'The minute is over and others may write again. Close, read the text once more, then sign.' : '')}
        </div>
        <div className="flex items-center justify-end gap-2">
          <span className="nums mr-auto text-xs text-muted">{held ? `Others wait for you: ${secondsLeft} s` : problem === null && secondsLeft === null ? 'Asking the others to wait' : ''}</span>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" tone="primary" busy={busy} disabled={!ready} ref={button}>
            Sign as final
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Takes the pen while the dialog is open: the seconds left of it, or null while it is asked for. */
function usePen(reportId: string, onProblem: (text: string) => void): number | null {
  const [until, setUntil] = useState<number | null>(null);
  useEffect(() => {
    let left = false;
    const frozen = reportApi.freeze(reportId);
    frozen.then((freeze) => !left && setUntil(freeze.until)).catch((error: unknown) => !left && onProblem(problemOf(error).text));
    return () => {
      left = true;
      // The signature itself ends the freeze; letting go twice is fine.
      void frozen.then(() => reportApi.unfreeze(reportId)).catch(() => undefined);
    };
  }, [reportId, onProblem]);
  return useTicking((now) => (until === null ? null : Math.max(0, Math.ceil((until - now) / 1_000))));
}

function Patient({ study }: { study: WorklistItem }) {
  return (
    <p>
      <bdi className="text-[15px] font-semibold">{patientTitle(study)}</bdi>
      <span className="nums block text-muted">
        MRN {study.patientId || 'missing'} · {bornText(study, gatewayNow())} · {study.modality} {study.description}
      </span>
    </p>
  );
}

function CheckLine({ check }: { check: Check }) {
  const tone = check.ok ? 'text-routine-text' : check.blocks ? 'text-critical-text' : 'text-urgent-text';
  const Icon = check.ok ? CheckIcon : ProblemIcon;
  return (
    <li className={cx('flex items-center gap-2', tone)} data-check={check.id} data-ok={check.ok}>
      <Icon size={14} aria-hidden="true" />
      {check.text}
    </li>
  );
}

function SignedText({ texts }: { texts: SectionTexts }) {
  return (
    <div aria-label="Text to be signed" className="max-h-[36vh] overflow-y-auto rounded border border-line bg-surface px-3 py-2">
      {SECTIONS.map((section) => (
        <div key={section} className="mb-2">
          <p className="text-[11px] font-semibold tracking-wide text-muted uppercase">{SECTION_TITLES[section]}</p>
          <p className="whitespace-pre-wrap">{trimParagraphs(texts[section]).join('\n') || <span className="text-muted">Nothing written</span>}</p>
        </div>
      ))}
    </div>
  );
}
