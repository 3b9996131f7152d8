'use client';

import { useState } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { rotaSchema, seatNameSchema, type Rota, type RotaView } from '@readroom/shared/alert/rota';
import { AdminFrame } from '../../admin/admin-frame.tsx';
import { api } from '../../lib/api.ts';
import { problemOf } from '../../lib/problem.ts';
import { gatewayNow } from '../../lib/ticker.ts';
import { absoluteText } from '../../lib/time.ts';
import { useSession } from '../../session/session.tsx';
import { Button } from '../../ui/button.tsx';
import { Skeleton } from '../../ui/states/states.tsx';
import { calledText, effectOf, SEAT_TEXT, seatText } from './rota-text.ts';
import { SeatEditor } from './seat-editor.tsx';

const ROTA_KEY = ['on-call'];

/** AL13: who is called first and second, now and by the week, and every rota there was. */
export function OnCallPage() {
  const session = useSession();
  const rota = useQuery({ queryKey: ROTA_KEY, queryFn: api.onCall, enabled: session.may('alert.report') });
  return (
    <AdminFrame title="On call" lead="Whom an alert calls first and second. In the end it always calls everybody." action="alert.report" wide>
      {rota.error && <p className="text-critical-text">{problemOf(rota.error).text}</p>}
      {rota.isPending && <Skeleton className="h-72" />}
      {rota.data && <OnCall view={rota.data} />}
    </AdminFrame>
  );
}

function OnCall({ view }: { view: RotaView }) {
  const session = useSession();
  const [draft, setDraft] = useState<Rota | null>(null);
  return (
    <div className="flex flex-wrap items-start gap-6">
      <div className="flex min-w-[40rem] flex-1 flex-col gap-4">
        <dl className="grid grid-cols-[8rem_1fr] gap-y-2">
          {seatNameSchema.options.map((seat) => (
            <Line key={seat} title={`${SEAT_TEXT[seat].title} now`}>
              {calledText(seat, view.now[seat])}
            </Line>
          ))}
          <Line title="End">every resident, attending and administrator</Line>
          <Line title="Clock">{view.timeZone}</Line>
        </dl>
        {draft !== null && <Editing key={view.version} view={view} draft={draft} onDraft={setDraft} />}
        {draft === null && session.may('hospital.configure') && (
          <Button className="self-start" onClick={() => setDraft(view.rota)}>
            Change the rota
          </Button>
        )}
      </div>
      <History view={view} />
    </div>
  );
}

function Line({ title, children }: { title: string; children: string }) {
  return (
    <>
      <dt className="text-muted">{title}</dt>
      <dd>
        <bdi>{children}</bdi>
      </dd>
    </>
  );
}

function Editing({ view, draft, onDraft }: { view: RotaView; draft: Rota; onDraft(draft: Rota | null): void }) {
  const queryClient = useQueryClient();
  const save = useMutation({
    mutationFn: () => api.changeOnCall({ basedOn: view.version, rota: draft }),
    onSuccess: (next) => {
      queryClient.setQueryData(ROTA_KEY, next);
      onDraft(null);
    },
  });
  const isWhole = rotaSchema.safeParse(draft).success;
  return (
    <>
      {seatNameSchema.options.map((seat) => (
        <SeatEditor key={seat} name={seat} seat={draft[seat]} candidates={view.candidates} onChange={(next) => onDraft({ ...draft, [seat]: next })} />
      ))}
      <div role="status" className="flex flex-col gap-1">
        {isWhole ? seatNameSchema.options.map((seat) => <p key={seat}>{effectOf(draft, seat, gatewayNow(), view.timeZone)}</p>) : <p className="text-urgent-text">Name at least one person, and for a shift at least one day.</p>}
        <p className="text-muted">A reader to whom the study is assigned is still asked first. Alerts that have called already are not called anew.</p>
      </div>
      {save.error && <p className="text-critical-text">{problemOf(save.error).text}</p>}
      <div className="flex gap-3">
        <Button tone="primary" busy={save.isPending} disabled={!isWhole} onClick={() => save.mutate()}>
          Put this rota in force
        </Button>
        <Button tone="ghost" onClick={() => onDraft(null)}>
          Keep the rota as it is
        </Button>
      </div>
    </>
  );
}

function History({ view }: { view: RotaView }) {
  return (
    <section aria-labelledby="rota-history" className="w-72 shrink-0">
      <h2 id="rota-history" className="mb-2 text-[15px] font-semibold">
        History
      </h2>
      {view.history.length === 0 && <p className="text-muted">Nobody was named yet: the roles are called.</p>}
      <ol className="flex flex-col gap-2">
        {view.history.map(({ version, rota, by, at }) => (
          <li key={version} className="rounded-md border border-line bg-raised p-3">
            <p className="nums text-xs text-muted">
              Rota {version}, <bdi>{by}</bdi>, {absoluteText(at)}
            </p>
            {seatNameSchema.options.map((seat) => (
              <p key={seat} className="mt-1">
                {SEAT_TEXT[seat].title}: <bdi>{seatText(seat, rota[seat])}</bdi>
              </p>
            ))}
          </li>
        ))}
      </ol>
    </section>
  );
}
