'use client';

import type { PriorView } from '@readroom/shared/study/prior-view';
import { problemOf } from '../lib/problem.ts';
import { gatewayNow } from '../lib/ticker.ts';
import { ageText, dateText } from '../lib/time.ts';
import { cx } from '../ui/cx.ts';
import { Skeleton } from '../ui/states/states.tsx';
import { usePriors } from './use-priors.ts';

/** What the patient had before, the most relevant first. */
export function Priors({ studyId, heading: Heading = 'h3', className }: { studyId: string; heading?: 'h2' | 'h3'; className?: string }) {
  const priors = usePriors(studyId);
  const { data } = priors;
  return (
    <section aria-label="Prior studies" className={className}>
      <Heading className="mb-1 font-medium">Prior studies</Heading>
      {priors.isPending && <Skeleton className="h-10" />}
      {priors.error && <p className="text-muted">{problemOf(priors.error).text}</p>}
      {data && data.problem !== null && <p role="note" className="mb-1 text-xs text-urgent-text">{data.problem}</p>}
      {data?.priors.length === 0 && <p className="text-muted">{noneText(data)}</p>}
      <ul className="flex flex-col">
        {data?.priors.map((prior) => (
          <li key={prior.studyUid} className="border-b border-line py-1 last:border-b-0">
            <PriorRow prior={prior} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Nothing found is not the same as nobody asked. */
function noneText({ patientId, askedAt, problem }: { patientId: string | null; askedAt: string | null; problem: string | null }): string {
  if (patientId === null) return 'The study has no patient ID: earlier studies can’t be told from another patient’s.';
  if (problem !== null) return 'None is known here.';
  return askedAt === null ? 'None is known here, and no PACS has been asked.' : 'The PACS has none.';
}

function PriorRow({ prior }: { prior: PriorView }) {
  const title = prior.description || prior.bodyPart || 'No description';
  return (
    <div className="flex flex-wrap items-baseline gap-x-2">
      <span className="nums whitespace-nowrap">{prior.studyDateTime === null ? 'no date' : dateText(prior.studyDateTime)}</span>
      <span className="text-xs whitespace-nowrap text-muted">{agoWords(prior.studyDateTime)}</span>
      <span className="min-w-0 flex-1 basis-24 truncate" title={title}>
        <span className="font-medium">{prior.modalities.join('/')}</span> <bdi>{title}</bdi>
      </span>
      <Where prior={prior} title={title} />
    </div>
  );
}

function agoWords(studyDateTime: string | null): string {
  const age = studyDateTime === null ? '' : ageText(studyDateTime.slice(0, 10), gatewayNow());
  return age === '' ? '' : age === '0 d' ? 'today' : `${age} ago`;
}

function Where({ prior, title }: { prior: PriorView; title: string }) {
  const count = prior.imageCount === null ? '' : `${prior.imageCount} img`;
  if (prior.studyId === null) return <span className="nums text-xs text-muted">{['in the PACS', count].filter(Boolean).join(' · ')}</span>;
  return (
    <a
      href={`/studies/${prior.studyId}`}
      target="_blank"
      rel="noreferrer"
      title="Opens in a tab of its own, beside this study"
      aria-label={`Open prior: ${prior.modalities.join('/')} ${title}`}
      className={cx('nums text-xs whitespace-nowrap underline', prior.images === 'arriving' ? 'text-muted' : 'text-accent')}
    >
      {prior.images === 'arriving' ? `arriving, ${count}` : `Open · ${count}`}
    </a>
  );
}
