'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { PriorView } from '@readroom/shared/study/prior-view';
import { api } from '../lib/api.ts';
import { problemOf } from '../lib/problem.ts';
import { gatewayNow } from '../lib/ticker.ts';
import { ageText, dateText } from '../lib/time.ts';
import { Button } from '../ui/button.tsx';
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
            <PriorRow studyId={studyId} prior={prior} />
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

function PriorRow({ studyId, prior }: { studyId: string; prior: PriorView }) {
  const title = prior.description || prior.bodyPart || 'No description';
  return (
    <div className="flex flex-wrap items-baseline gap-x-2">
      <span className="nums whitespace-nowrap">{prior.studyDateTime === null ? 'no date' : dateText(prior.studyDateTime)}</span>
      <span className="text-xs whitespace-nowrap text-muted">{agoWords(prior.studyDateTime)}</span>
      <span className="min-w-0 flex-1 basis-24 truncate" title={title}>
        <span className="font-medium">{prior.modalities.join('/')}</span> <bdi>{title}</bdi>
      </span>
      <Where studyId={studyId} prior={prior} title={title} />
      {prior.problem !== null && <p className="basis-full text-xs text-urgent-text">{prior.problem}</p>}
    </div>
  );
}

function agoWords(studyDateTime: string | null): string {
  const age = studyDateTime === null ? '' : ageText(studyDateTime.slice(0, 10), gatewayNow());
  return age === '' ? '' : age === '0 d' ? 'today' : `${age} ago`;
}

function Where({ studyId, prior, title }: { studyId: string; prior: PriorView; title: string }) {
  const name = `${prior.modalities.join('/')} ${title}`;
  // What came of one that failed half way can be read, and the rest asked for again.
  const isFetchable = prior.images === 'at-pacs' || (prior.images === 'at-node' && prior.problem !== null);
  return (
    <>
      {prior.images === 'fetching' && <span role="status" className="nums text-xs whitespace-nowrap text-muted">{fetchingText(prior)}</span>}
      {prior.studyId !== null && <OpenLink studyId={prior.studyId} prior={prior} name={name} />}
      {isFetchable && <FetchButton studyId={studyId} prior={prior} name={name} />}
    </>
  );
}

function fetchingText({ imagesHere, imageCount }: PriorView): string {
  return imageCount === null ? `fetching, ${imagesHere} img` : `fetching, ${imagesHere} of ${imageCount} img`;
}

function OpenLink({ studyId, prior: { images, imagesHere }, name }: { studyId: string; prior: PriorView; name: string }) {
  const text = { 'at-node': `Open · ${imagesHere} img`, arriving: `arriving, ${imagesHere} img`, fetching: 'Open', 'at-pacs': 'Report', deleted: 'Report · images deleted' }[images];
  return (
    <a
      href={`/studies/${studyId}`}
      target="_blank"
      rel="noreferrer"
      title="Opens in a tab of its own, beside this study"
      aria-label={`${text.startsWith('Report') ? 'Open the report of the prior' : 'Open prior'}: ${name}`}
      className={cx('nums text-xs underline', images === 'arriving' ? 'text-muted' : 'text-accent')}
    >
      {text}
    </a>
  );
}

function FetchButton({ studyId, prior, name }: { studyId: string; prior: PriorView; name: string }) {
  const queryClient = useQueryClient();
  const fetching = useMutation({ mutationFn: () => api.fetchPrior(studyId, prior.studyUid), onSettled: () => queryClient.invalidateQueries({ queryKey: ['priors', studyId] }) });
  const isAgain = prior.images === 'at-node';
  return (
    <>
      {!isAgain && prior.imageCount !== null && <span className="nums text-xs whitespace-nowrap text-muted">{prior.imageCount} img</span>}
      <Button size="small" busy={fetching.isPending} aria-label={`Fetch prior from the PACS: ${name}`} onClick={() => fetching.mutate()}>
        {isAgain ? 'Fetch again' : 'Fetch from PACS'}
      </Button>
      {fetching.error && <p role="alert" className="basis-full text-xs text-urgent-text">{problemOf(fetching.error).text}</p>}
    </>
  );
}
