'use client';

import { useState, type FormEvent } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { PathLine } from '../alert/path/path-line.tsx';
import { adminApi, type ListedNode } from '../lib/admin-api.ts';
import { problemOf } from '../lib/problem.ts';
import { gatewayNow, useTicking } from '../lib/ticker.ts';
import { absoluteText, spanText } from '../lib/time.ts';
import { useSession } from '../session/session.tsx';
import { Button } from '../ui/button.tsx';
import { cx } from '../ui/cx.ts';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { Skeleton } from '../ui/states/states.tsx';
import { useToast } from '../ui/toast.tsx';
import { AdminFrame, SecretOnce } from './admin-frame.tsx';
import { gigabytes, healthOf } from './node-health.ts';

const NODES_KEY = ['admin', 'nodes'];
/** A node reports every few seconds; this page is for looking, not for alarms. */
const REFRESH_MS = 5_000;

interface Made {
  readonly name: string;
  readonly code: string;
  readonly expiresAt: number;
  /** The machine has a key that this one takes the place of. */
  readonly replaces: boolean;
}

export function NodesPage() {
  const session = useSession();
  const nodes = useQuery({ queryKey: NODES_KEY, queryFn: adminApi.nodes, refetchInterval: REFRESH_MS });
  const [adding, setAdding] = useState(false);
  const [made, setMade] = useState<Made | null>(null);
  const manages = session.may('node.manage');
  return (
    <AdminFrame title="Edge nodes" lead="Each receives studies at a site, analyses them there and dials out to here." action="node.view" aside={manages ? <Button tone="primary" onClick={() => setAdding(true)}>Add a node</Button> : undefined}>
      <AlertFlow />
      <PathLine />
      {made && (
        <SecretOnce label={`On the machine of ${made.name}, until ${absoluteText(made.expiresAt)}`} secret={`readroom-edge enrol ${window.location.origin} ${made.code}${made.replaces ? ' --replace' : ''}`}>
          The code is good for one use within 15 minutes and is shown only now. The node makes its own key; only the public half comes here.
        </SecretOnce>
      )}
      {nodes.isPending && <Skeleton className="h-40" />}
      {nodes.error && <p className="text-critical-text">{problemOf(nodes.error).text}</p>}
      {nodes.data?.length === 0 && <p className="rounded-md border border-line bg-raised px-4 py-3 text-muted">No node yet. Add one, and enrol the machine with its code.</p>}
      <ul className="flex flex-col gap-3">
        {nodes.data?.map((node) => (
          <li key={node.nodeId}>
            <NodeCard node={node} manages={manages} onCode={setMade} />
          </li>
        ))}
      </ul>
      <Dialog open={adding} onOpenChange={setAdding} title="Add a node">
        <AddForm
          onMade={(next) => {
            setAdding(false);
            setMade(next);
          }}
        />
      </Dialog>
    </AdminFrame>
  );
}

/** For those who see no alerts: that they flow, and whether one waits. */
function AlertFlow() {
  const counts = useQuery({ queryKey: ['admin', 'alert-counts'], queryFn: adminApi.alertCounts, refetchInterval: REFRESH_MS });
  const oldest = useTicking((now) => (counts.data?.oldestOpenAt == null ? '' : spanText(now - counts.data.oldestOpenAt)));
  if (!counts.data) return <Skeleton className="h-5 w-72" />;
  const { open, escalated } = counts.data;
  return <p className="nums h-5 text-muted">{open === 0 ? 'No alert is open.' : `${open} ${open === 1 ? 'alert is' : 'alerts are'} open, the oldest for ${oldest}; ${escalated} escalated.`}</p>;
}

const DOT = { online: 'bg-routine', trouble: 'bg-urgent', offline: 'bg-critical', new: 'bg-line-strong', revoked: 'bg-line-strong' } as const;

function NodeCard({ node, manages, onCode }: { node: ListedNode; manages: boolean; onCode(made: Made): void }) {
  const state = useTicking((now) => {
    const health = healthOf(node, now);
    return `${health.state}|${health.title}`;
  });
  const health = healthOf(node, gatewayNow());
  const [key] = state.split('|');
  return (
    <section aria-label={node.name} className="rounded-md border border-line bg-raised p-4">
      <div className="flex items-center gap-3">
        <span className={cx('size-2.5 rounded-full', DOT[health.state])} data-state={key} />
        <h2 className="font-medium">
          <bdi>{node.name}</bdi>
        </h2>
        <span className={health.state === 'offline' ? 'text-critical-text' : health.state === 'trouble' ? 'text-urgent-text' : 'text-muted'}>{health.title}</span>
        {manages && node.revokedAt === null && (
          <span className="ml-auto flex gap-2">
            <NewCode node={node} onCode={onCode} />
            <Revoke node={node} />
          </span>
        )}
      </div>
      {health.remedy !== '' && <p className="mt-1 text-muted">{health.remedy}</p>}
      <NodeFacts node={node} />
    </section>
  );
}

function NodeFacts({ node }: { node: ListedNode }) {
  const { hello, status } = node;
  const facts: readonly (readonly [string, string])[] = [
    ['Software', hello?.software ?? '–'],
    ['Runs on', status?.provider?.toUpperCase() ?? '–'],
    ['Models', hello?.models.map((model) => `${model.id} ${model.version}`).join(', ') ?? '–'],
    ['In work', status === null ? '–' : `${status.studiesInFlight} studies`],
    ['Waiting to send', status === null ? '–' : `${status.outboxDepth} results`],
    ['Disk free', status === null ? '–' : `${gigabytes(status.diskFreeBytes)} GB`],
  ];
  return (
    <dl className="nums mt-3 grid grid-cols-2 gap-x-6 gap-y-2 md:grid-cols-3">
      {facts.map(([term, value]) => (
        <div key={term} className="min-w-0">
          <dt className="text-xs text-muted">{term}</dt>
          <dd className="truncate" title={value}>
            {value || 'none'}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function useNodeDeed<I, O>(title: string, mutationFn: (input: I) => Promise<O>, onSuccess: (answer: O) => void) {
  const queryClient = useQueryClient();
  const toast = useToast();
  return useMutation({
    mutationFn,
    onSuccess: (answer) => {
      void queryClient.invalidateQueries({ queryKey: NODES_KEY });
      onSuccess(answer);
    },
    onError: (error) => toast({ tone: 'problem', title, text: problemOf(error).text }),
  });
}

/** For a code that ran out, a lost key or a machine that takes the node’s place. */
function NewCode({ node, onCode }: { node: ListedNode; onCode(made: Made): void }) {
  const renew = useNodeDeed('No code was made', adminApi.newNodeCode, (issued) => onCode({ name: node.name, replaces: node.enrolled, ...issued }));
  return (
    <Button size="small" busy={renew.isPending} onClick={() => renew.mutate(node.nodeId)}>
      New code
    </Button>
  );
}

function Revoke({ node }: { node: ListedNode }) {
  const [asking, setAsking] = useState(false);
  const revoke = useNodeDeed('The node was not revoked', adminApi.revokeNode, () => setAsking(false));
  return (
    <>
      <Button size="small" onClick={() => setAsking(true)}>
        Revoke
      </Button>
      <Dialog open={asking} onOpenChange={setAsking} title={`Revoke ${node.name}?`}>
        <div className="flex flex-col gap-4 p-4">
          <p>The node is cut off within seconds and for ever. What it received stays on its own disk. For a machine that only needs another key, make a new code instead.</p>
          <Button tone="danger" className="self-end" busy={revoke.isPending} onClick={() => revoke.mutate(node.nodeId)}>
            Revoke for ever
          </Button>
        </div>
      </Dialog>
    </>
  );
}

function AddForm({ onMade }: { onMade(made: Made): void }) {
  const [name, setName] = useState('');
  const create = useNodeDeed('The node was not added', adminApi.createNode, ({ code, expiresAt }) => onMade({ name, code, expiresAt, replaces: false }));
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate(name);
  };
  return (
    <form onSubmit={onSubmit} className="flex flex-col gap-4 p-4">
      <TextField label="Name" hint="Where it stands, as your colleagues call it: CT basement." required maxLength={80} value={name} onChange={(event) => setName(event.target.value)} />
      <Button type="submit" tone="primary" className="self-end" busy={create.isPending}>
        Add
      </Button>
    </form>
  );
}
