import { initTRPC, TRPCError } from '@trpc/server';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { vi } from 'vitest';
import { z } from 'zod';
import { awaitsCommunication, type Alert } from '@readroom/shared/alert/alert';
import { canarySettingSchema, type CanaryRun, type PathView } from '@readroom/shared/alert/canary';
import { closeFollowUpSchema, type FollowUps } from '@readroom/shared/alert/follow-up';
import type { ChainLink } from '@readroom/shared/alert/chain';
import { DEFAULT_ESCALATION, policyChangeSchema, type PolicyVersion } from '@readroom/shared/alert/escalation-policy';
import { newChannelSchema, type ChannelsView, type Delivery } from '@readroom/shared/alert/notification';
import { NO_ROTA, rotaChangeSchema, type RotaView } from '@readroom/shared/alert/rota';
import { communicationRequestSchema } from '@readroom/shared/alert/communication';
import { DEFAULT_POLICY } from '@readroom/shared/priority/policy';
import { rankPolicyChangeSchema, type RankPolicyVersion } from '@readroom/shared/priority/policy-change';
import { matchesFilter, worklistFilterSchema } from '@readroom/shared/worklist/filter';
import { listViewSchema, type ListView } from '@readroom/shared/worklist/list-view';
import { changeListSchema, savedListSchema, saveListSchema, type SavedLists } from '@readroom/shared/worklist/saved-list';
import type { WorklistItem } from '@readroom/shared/worklist/worklist-item';
import type { AnalysisView } from '@readroom/shared/finding/analysis-view';
import type { Me } from '../lib/contract.ts';
import { makeMe, NOON, uuid } from './make.ts';

/** What the gateway knows; a test changes it and looks at what the page makes of it. */
export interface World {
  me: Me | null;
  items: WorklistItem[];
  saved: SavedLists;
  view: ListView | null;
  /** What a search finds beside the open list. */
  signed: WorklistItem[];
  revision: number;
  alerts: Alert[];
  chain: ChainLink[];
  compliance: unknown;
  /** The newest first. */
  policies: PolicyVersion[];
  preview: unknown;
  /** The newest first. */
  rankPolicies: RankPolicyVersion[];
  rankPreview: unknown;
  onCall: RotaView;
  channels: ChannelsView;
  deliveries: Delivery[];
  followUps: FollowUps;
  path: PathView;
  pathRuns: CanaryRun[];
  analyses: AnalysisView[];
  study: unknown;
  priors: unknown;
  repeats: unknown;
  report: { get: unknown; version: unknown; compare: unknown };
  admin: { members: unknown[]; nodes: unknown[]; audit: unknown[]; auditCheck: unknown };
  /** Paths that fail, with the error they fail with. */
  failures: Map<string, { httpStatus: number; appCode: string; message: string }>;
  /** Pages of the whole list after this many never come. */
  holdPagesAfter: number | null;
  /** Nothing answers at all. */
  unreachable: boolean;
  /** REST answers by `METHOD path`. */
  rest: Map<string, () => Response>;
  readonly calls: { path: string; input: unknown }[];
}

/** Every 15 minutes, never run yet. */
export const PATH: PathView = { everyMs: 900_000, limitMs: 60_000, contact: '', changedBy: 'Readroom', changedAt: NOON, provedAt: null, outage: null };

class Failure extends Error {
  readonly answer: { httpStatus: number; appCode: string };
  constructor(answer: { httpStatus: number; appCode: string; message: string }) {
    super(answer.message);
    this.answer = answer;
  }
}

const pageInput = z.object({ limit: z.number(), cursor: z.string().optional(), filter: worklistFilterSchema.optional() });

const t = initTRPC.create({
  errorFormatter({ shape, error }) {
    const ours = error.cause instanceof Failure ? error.cause.answer : { httpStatus: shape.data.httpStatus, appCode: error.code as string };
    return { ...shape, message: error.message, data: { ...shape.data, ...ours } };
  },
});

function routerOf(world: World) {
  const step = t.procedure.use(({ path, next, getRawInput }) => {
    return getRawInput().then((input) => {
      world.calls.push({ path, input });
      if (world.me === null) throw new TRPCError({ code: 'UNAUTHORIZED' });
      const failure = world.failures.get(path);
      if (failure) throw new TRPCError({ code: 'INTERNAL_SERVER_ERROR', message: failure.message, cause: new Failure(failure) });
      return next();
    });
  });
  const any = step.input((value: unknown) => value as Record<string, never>);
  const deed = any.mutation(() => null);
  return t.router({
    me: t.router({ get: any.query(() => world.me) }),
    worklist: t.router({
      policy: t.router({
        history: any.query(() => world.rankPolicies),
        preview: any.query(() => world.rankPreview),
        change: any.mutation(({ input }) => {
          const { terms, reason, basedOn } = rankPolicyChangeSchema.parse(input);
          world.rankPolicies = [{ version: basedOn + 1, terms, reason, by: 'Ada Admin', at: NOON }, ...world.rankPolicies];
          return world.rankPolicies;
        }),
      }),
      search: any.mutation(() => ({ items: world.signed, found: world.signed.length, isMany: false })),
      page: any.query(({ input }) => {
        const { limit, cursor, filter } = pageInput.parse(input);
        const from = Number(cursor ?? 0);
        if (filter === undefined && world.holdPagesAfter !== null && from >= limit * world.holdPagesAfter) return new Promise<never>(() => undefined);
        const items = filter === undefined ? world.items : world.items.filter((item) => matchesFilter(item, filter, { userId: 'me', now: Date.now() }));
        return { items: items.slice(from, from + limit), nextCursor: from + limit < items.length ? String(from + limit) : null, revision: world.revision };
      }),
    }),
    lists: t.router({
      all: any.query(() => world.saved),
      view: any.query(() => world.view),
      setView: any.mutation(({ input }) => {
        world.view = z.object({ view: listViewSchema.nullable() }).parse(input).view;
      }),
      save: any.mutation(({ input }) => {
        const list = { ...saveListSchema.parse(input), id: uuid(7000 + world.saved.lists.length), owner: { id: 'me', name: 'Dr Attending' } };
        world.saved = { ...world.saved, lists: [...world.saved.lists, list] };
        return list;
      }),
      change: any.mutation(({ input }) => {
        const { id, ...change } = changeListSchema.parse(input);
        world.saved = { ...world.saved, lists: world.saved.lists.map((list) => (list.id === id ? savedListSchema.parse({ ...list, ...change }) : list)) };
      }),
      remove: any.mutation(({ input }) => {
        world.saved = { ...world.saved, lists: world.saved.lists.filter(({ id }) => id !== input['id']) };
      }),
      setDefault: any.mutation(({ input }) => {
        world.saved = { ...world.saved, defaultId: z.object({ id: z.string().nullable() }).parse(input).id };
      }),
    }),
    analysis: t.router({ list: any.query(() => ({ items: world.analyses, nextCursor: null })), feedback: deed }),
    study: t.router({ get: any.query(() => world.study), claim: deed, release: deed, putAside: deed, takeUp: deed, move: deed, takeBackMove: deed }),
    repeat: t.router({ view: any.query(() => world.repeats), settle: deed }),
    pacs: t.router({ priors: any.query(() => world.priors), fetch: deed }),
    report: t.router({
      get: any.query(() => world.report.get),
      version: any.query(() => world.report.version),
      compare: any.query(() => world.report.compare),
      addend: deed,
      dismissLateEdit: deed,
    }),
    alert: t.router({
      open: any.query(() => world.alerts.filter((alert) => alert.state === 'open' || awaitsCommunication(alert))),
      ofStudy: any.query(() => world.alerts),
      chain: any.query(() => world.chain),
      findings: any.query(() => [{ code: 'intracranial-haemorrhage', label: 'Intracranial haemorrhage' }]),
      search: any.mutation(() => ({ items: world.alerts, nextCursor: null })),
      counts: any.query(() => ({ open: world.alerts.length, escalated: 0, oldestOpenAt: world.alerts[0]?.raisedAt ?? null })),
      report: t.router({ view: any.query(() => world.compliance), export: any.mutation(() => ({ csv: 'All,1\r\n', sha256: 'c'.repeat(64) })), setTimeZone: deed }),
      escalation: t.router({
        history: any.query(() => world.policies),
        preview: any.query(() => world.preview),
        change: any.mutation(({ input }) => {
          const { policy, reason, basedOn } = policyChangeSchema.parse(input);
          world.policies = [{ version: basedOn + 1, policy, reason, by: 'Ada Admin', at: NOON }, ...world.policies];
          return world.policies;
        }),
      }),
      onCall: t.router({
        view: any.query(() => world.onCall),
        change: any.mutation(({ input }) => {
          const { rota, basedOn } = rotaChangeSchema.parse(input);
          const version = basedOn + 1;
          world.onCall = { ...world.onCall, version, rota, history: [{ version, rota, by: 'Ada Admin', at: NOON }, ...world.onCall.history] };
          return world.onCall;
        }),
      }),
      channels: t.router({
        view: any.query(() => world.channels),
        add: any.mutation(({ input }) => {
          const wanted = newChannelSchema.parse(input);
          const channel = { id: uuid(8000 + world.channels.channels.length), host: 'hooks.test', addresses: [], toAsked: false, ...wanted, path: wanted.path ?? true, enabled: true };
          world.channels = { ...world.channels, channels: [...world.channels.channels, channel] };
          return { channel, signingKey: wanted.kind === 'webhook' ? 'KEY-ONCE' : null };
        }),
        switch: deed,
        remove: deed,
        test: deed,
        sendAgain: deed,
      }),
      deliveries: any.query(() => world.deliveries),
      followUp: t.router({ list: any.query(() => world.followUps), close: any.mutation(({ input }) => closedFollowUp(world, input)) }),
      path: t.router({
        view: any.query(() => world.path),
        runs: any.query(() => world.pathRuns),
        change: any.mutation(({ input }) => {
          world.path = { ...world.path, ...canarySettingSchema.parse(input) };
          return world.path;
        }),
        prove: deed,
      }),
      acknowledge: any.mutation(({ input }) => acknowledged(world, input)),
      communicate: any.mutation(({ input }) => communicated(world, input)),
    }),
    admin: t.router({
      members: t.router({ list: any.query(() => world.admin.members), invite: any.mutation(() => ({ userId: 'new', temporaryPassword: 'abcde-fghij-klmno' })), changeRole: deed, remove: deed, resetPassword: any.mutation(() => ({ temporaryPassword: 'zzzzz-yyyyy' })) }),
      nodes: t.router({ list: any.query(() => world.admin.nodes), create: any.mutation(() => ({ nodeId: 'n', code: 'CODE-ONCE', expiresAt: 1_900_000_000_000 })), newCode: any.mutation(() => ({ code: 'CODE-AGAIN', expiresAt: 1_900_000_000_000 })), revoke: deed }),
      audit: t.router({ page: any.query(() => ({ items: world.admin.audit, nextCursor: null })), verify: any.mutation(() => world.admin.auditCheck) }),
    }),
  });
}

function closedFollowUp(world: World, input: unknown) {
  const { id, status, note } = closeFollowUpSchema.parse(input);
  const open = world.followUps.open.find((task) => task.id === id);
  if (!open) throw new TRPCError({ code: 'NOT_FOUND' });
  const closed = { ...open, status, closed: { by: ME, at: NOON, note } };
  world.followUps = { open: world.followUps.open.filter((task) => task.id !== id), closed: [closed, ...world.followUps.closed] };
  return closed;
}

function changed(world: World, alertId: string, change: (alert: Alert) => Partial<Alert>): Alert {
  const alert = world.alerts.find((each) => each.id === alertId);
  if (!alert) throw new TRPCError({ code: 'NOT_FOUND' });
  const done: Alert = { ...alert, ...change(alert), revision: alert.revision + 1 };
  world.alerts = world.alerts.map((each) => (each.id === alertId ? done : each));
  return done;
}

const ME = { id: 'me', name: 'Dr Attending' };

function acknowledged(world: World, input: unknown): Alert {
  const { alertId } = z.object({ alertId: z.string() }).parse(input);
  return changed(world, alertId, ({ raisedAt }) => ({ state: 'acknowledged', acknowledgedBy: ME, acknowledgedAt: raisedAt + 5_000 }));
}

function communicated(world: World, input: unknown): Alert {
  const { id, alertId, corrects, said } = communicationRequestSchema.parse(input);
  return changed(world, alertId, ({ raisedAt, communications }) => ({ state: 'closed', communications: [...communications, { id, corrects, by: ME, recordedAt: raisedAt + 9_000, said }] }));
}

/** Stands where the network would be: real tRPC on both sides, no server process. */
export function stubGateway(over: Partial<World> = {}): World {
  const world: World = { me: makeMe(), items: [], revision: 1, alerts: [], chain: [], compliance: null, policies: [{ version: 1, policy: DEFAULT_ESCALATION, reason: '', by: 'Readroom', at: NOON }], preview: null, rankPolicies: [{ version: 1, terms: DEFAULT_POLICY, reason: '', by: 'Readroom', at: NOON }], rankPreview: null, onCall: { timeZone: 'UTC', version: 0, rota: NO_ROTA, history: [], now: { primary: null, backup: null }, candidates: [] }, channels: { channels: [], mail: false, deliveries: [] }, deliveries: [], followUps: { open: [], closed: [] }, path: PATH, pathRuns: [], analyses: [], study: null, priors: { studyId: uuid(1), patientId: null, askedAt: null, problem: null, priors: [] }, repeats: { since: NOON, repeats: [], more: false }, report: { get: null, version: null, compare: [] }, admin: { members: [], nodes: [], audit: [], auditCheck: { ok: true, checked: 3, problem: null } }, failures: new Map(), holdPagesAfter: null, signed: [], saved: { lists: [], defaultId: null }, view: null, unreachable: false, rest: new Map(), calls: [], ...over };
  const router = routerOf(world);
  vi.stubGlobal('fetch', async (target: string | URL | Request, init?: RequestInit) => {
    if (world.unreachable) throw new TypeError('Failed to fetch');
    const url = new URL(target instanceof Request ? target.url : target, 'http://localhost');
    if (url.pathname.startsWith('/trpc')) return fetchRequestHandler({ endpoint: '/trpc', req: new Request(url, withoutForeignSignal(init)), router, createContext: () => ({}) });
    world.calls.push({ path: `${init?.method ?? 'GET'} ${url.pathname}`, input: typeof init?.body === 'string' ? JSON.parse(init.body) : null });
    return world.rest.get(`${init?.method ?? 'GET'} ${url.pathname}`)?.() ?? new Response('{}', { status: 404 });
  });
  return world;
}

/** jsdom's AbortSignal is not Node's, which `Request` insists on. */
function withoutForeignSignal(init: RequestInit | undefined): RequestInit {
  const { signal: _signal, ...rest } = init ?? {};
  return rest;
}

export function json(status: number, body: unknown): () => Response {
  return () => new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
}
