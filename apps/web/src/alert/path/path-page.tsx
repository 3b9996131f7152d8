'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { reasonText } from '@readroom/shared/alert/canary';
import { AdminFrame } from '../../admin/admin-frame.tsx';
import { api } from '../../lib/api.ts';
import { problemOf } from '../../lib/problem.ts';
import { useSession } from '../../session/session.tsx';
import { Button } from '../../ui/button.tsx';
import { Skeleton } from '../../ui/states/states.tsx';
import { useToast } from '../../ui/toast.tsx';
import { PathLine } from './path-line.tsx';
import { PathSetting } from './path-setting.tsx';
import { RunsTable } from './runs-table.tsx';
import { PATH_KEY, usePath } from './use-path.ts';

const RUNS_KEY = [...PATH_KEY, 'runs'];
/** A run that was asked for is seen within seconds. */
const REFRESH_MS = 2_000;

/** AL6: whether a critical finding would reach a person now, and every canary that tried. */
export function PathPage() {
  const session = useSession();
  return (
    <AdminFrame title="Alert path" lead="A synthetic critical finding goes the whole way on a schedule: from an edge node to a browser." action="node.view" wide aside={session.may('node.manage') ? <ProveNow /> : undefined}>
      {session.may('node.view') && <Path />}
    </AdminFrame>
  );
}

function Path() {
  const path = usePath(REFRESH_MS);
  const runs = useQuery({ queryKey: RUNS_KEY, queryFn: ({ signal }) => api.alertPathRuns(signal), refetchInterval: REFRESH_MS });
  return (
    <>
      <PathLine linked={false} />
      {path.data?.outage && <p className="rounded-md border border-critical bg-critical-wash px-4 py-3">{reasonText(path.data.outage.reason)} It is tried again every minute.</p>}
      {path.data ? <PathSetting key={path.data.changedAt} view={path.data} /> : <Skeleton className="h-24" />}
      {runs.error && <p className="text-critical-text">{problemOf(runs.error).text}</p>}
      {runs.data ? <RunsTable runs={runs.data} /> : <Skeleton className="h-72" />}
    </>
  );
}

function ProveNow() {
  const toast = useToast();
  const queryClient = useQueryClient();
  const prove = useMutation({
    mutationFn: api.provePath,
    onSuccess: () => toast({ tone: 'info', title: 'A canary is on its way', text: 'What becomes of it stands below.' }),
    onError: (error) => toast({ tone: 'problem', title: 'No canary was sent', text: problemOf(error).text }),
    onSettled: () => void queryClient.invalidateQueries({ queryKey: PATH_KEY }),
  });
  return (
    <Button tone="primary" busy={prove.isPending} onClick={() => prove.mutate()}>
      Prove it now
    </Button>
  );
}
