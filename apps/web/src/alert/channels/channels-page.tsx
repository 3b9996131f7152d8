'use client';

import { useState } from 'react';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { Channel, ChannelsView } from '@readroom/shared/alert/notification';
import { AdminFrame, SecretOnce } from '../../admin/admin-frame.tsx';
import { api } from '../../lib/api.ts';
import { problemOf } from '../../lib/problem.ts';
import { useSession } from '../../session/session.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Badge } from '../../ui/marks/marks.tsx';
import { Skeleton } from '../../ui/states/states.tsx';
import { useToast } from '../../ui/toast.tsx';
import { AddChannel } from './add-channel.tsx';
import { channelText } from './channel-text.ts';
import { DeliveriesTable } from './deliveries-table.tsx';

/** A test and a retry are seen within seconds. */
const REFRESH_MS = 3_000;

/** AL14: where calls go to people who sit at no browser, and what became of each message. */
export function ChannelsPage() {
  const session = useSession();
  const [adding, setAdding] = useState(false);
  const may = session.may('hospital.configure');
  return (
    <AdminFrame title="Channels" lead="Where calls go to people who sit at no browser." action="hospital.configure" aside={<Button tone="primary" onClick={() => setAdding(true)}>Add a channel</Button>}>
      {may && <Channels adding={adding} onAdding={setAdding} />}
    </AdminFrame>
  );
}

function Channels({ adding, onAdding }: { adding: boolean; onAdding(open: boolean): void }) {
  const view = useQuery({ queryKey: ['channels'], queryFn: api.channels, refetchInterval: REFRESH_MS });
  const [signingKey, setSigningKey] = useState<string | null>(null);
  const changed = () => void view.refetch();
  if (view.error) return <p className="text-critical-text">{problemOf(view.error).text}</p>;
  if (!view.data) return <Skeleton className="h-72" />;
  return (
    <>
      {signingKey !== null && (
        <SecretOnce label="The key that signs the messages of this channel" secret={signingKey}>
          Shown only now. The receiver computes HMAC-SHA256 of the time, a dot and the body, and compares it with the header X-Readroom-Signature.
        </SecretOnce>
      )}
      <ChannelList view={view.data} onChanged={changed} />
      <section aria-labelledby="messages-title" className="flex flex-col gap-2">
        <h2 id="messages-title" className="text-[15px] font-semibold">
          Messages
        </h2>
        <DeliveriesTable deliveries={view.data.deliveries} onChanged={changed} />
      </section>
      <Dialog open={adding} onOpenChange={onAdding} title="Add a channel">
        <AddChannel
          mail={view.data.mail}
          onAdded={(added) => {
            setSigningKey(added.signingKey);
            onAdding(false);
            changed();
          }}
        />
      </Dialog>
    </>
  );
}

function ChannelList({ view, onChanged }: { view: ChannelsView; onChanged(): void }) {
  if (view.channels.length === 0) return <p className="rounded-md border border-line bg-raised px-4 py-3 text-muted">None yet: a call reaches open browsers only.</p>;
  return (
    <ul className="flex flex-col gap-2">
      {view.channels.map((channel) => (
        <li key={channel.id}>
          <ChannelCard channel={channel} onChanged={onChanged} />
        </li>
      ))}
    </ul>
  );
}

function ChannelCard({ channel, onChanged }: { channel: Channel; onChanged(): void }) {
  const toast = useToast();
  const [removing, setRemoving] = useState(false);
  const failed = (error: Error) => toast({ tone: 'problem', title: 'That did not work', text: problemOf(error).text });
  const test = useMutation({ mutationFn: () => api.testChannel(channel.id), onSuccess: () => toast({ tone: 'info', title: 'A test is on its way', text: 'What becomes of it stands below.' }), onError: failed, onSettled: onChanged });
  const change = useMutation({ mutationFn: () => api.switchChannel(channel.id, !channel.enabled), onError: failed, onSettled: onChanged });
  const remove = useMutation({ mutationFn: () => api.removeChannel(channel.id), onError: failed, onSettled: onChanged });
  return (
    <section aria-label={channel.name} className="flex items-center gap-3 rounded-md border border-line bg-raised px-4 py-3">
      <div className="min-w-0 flex-1">
        <p className="flex items-center gap-2 font-medium">
          <bdi className="truncate">{channel.name}</bdi> {!channel.enabled && <Badge tone="urgent">Off</Badge>}
        </p>
        <p className="truncate text-muted" title={channelText(channel)}>
          {channelText(channel)}
        </p>
      </div>
      <Button busy={test.isPending} onClick={() => test.mutate()}>
        Send a test
      </Button>
      <Button busy={change.isPending} onClick={() => change.mutate()}>
        {channel.enabled ? 'Switch off' : 'Switch on'}
      </Button>
      <Button onClick={() => setRemoving(true)}>Remove</Button>
      <Dialog open={removing} onOpenChange={setRemoving} title={`Remove ${channel.name}?`}>
        <div className="flex flex-col gap-4 p-4">
          <p>Calls no longer go there, and what waits is not sent. Its address and key are wiped; what it sent stays with the alerts.</p>
          <Button className="self-start" tone="danger" busy={remove.isPending} onClick={() => remove.mutate()}>
            Remove the channel
          </Button>
        </div>
      </Dialog>
    </section>
  );
}
