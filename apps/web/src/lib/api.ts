import { alertSchema, type Alert } from '@readroom/shared/alert/alert';
import { canaryRunSchema, pathViewSchema, type CanaryRun, type CanarySetting, type PathView } from '@readroom/shared/alert/canary';
import { chainLinkSchema, type ChainLink } from '@readroom/shared/alert/chain';
import { sealedReportSchema, type SealedReport } from '@readroom/shared/alert/compliance-csv';
import { followUpSchema, followUpsSchema, type CloseFollowUp, type FollowUp, type FollowUps } from '@readroom/shared/alert/follow-up';
import { alertPageSchema, type AlertPage, type AlertSearch } from '@readroom/shared/alert/history';
import { policyHistorySchema, reachSchema, type EscalationPolicy, type PolicyChange, type PolicyVersion } from '@readroom/shared/alert/escalation-policy';
import { channelSchema, channelsViewSchema, deliverySchema, type Channel, type ChannelsView, type Delivery, type NewChannel } from '@readroom/shared/alert/notification';
import { rotaViewSchema, type RotaChange, type RotaView } from '@readroom/shared/alert/rota';
import type { CommunicationRequest } from '@readroom/shared/alert/communication';
import { analysisViewSchema, type AnalysisView, type FeedbackVerdict } from '@readroom/shared/finding/analysis-view';
import type { MoveRequest } from '@readroom/shared/priority/move';
import { rankPolicyHistorySchema, type PolicyTerms, type RankPolicyChange, type RankPolicyVersion } from '@readroom/shared/priority/policy-change';
import { policyPreviewSchema, type PolicyPreview } from '@readroom/shared/priority/policy-effect';
import { repeatsSchema, type Repeats, type SettleRepeat } from '@readroom/shared/quality/repeat';
import { priorsViewSchema, type PriorsView } from '@readroom/shared/study/prior-view';
import type { PutAside } from '@readroom/shared/worklist/aside';
import { worklistPageSchema, type WorklistPage } from '@readroom/shared/worklist/events';
import { completeView, listViewSchema, type ListView } from '@readroom/shared/worklist/list-view';
import { savedListsSchema, type ListChange, type SavedList, type SavedLists } from '@readroom/shared/worklist/saved-list';
import type { SearchRequest } from '@readroom/shared/worklist/search';
import { worklistItemSchema, type WorklistItem } from '@readroom/shared/worklist/worklist-item';
import type { WorklistFilter } from '@readroom/shared/worklist/filter';
import { z } from 'zod';
import { meSchema, studyViewSchema, type Me, type StudyView } from './contract.ts';
import { gateway } from './trpc.ts';

const searchResultSchema = z.object({ items: z.array(worklistItemSchema), isMany: z.boolean() });
const addedSchema = z.object({ channel: channelSchema, signingKey: z.string().nullable() });
const previewSchema = z.object({ days: z.number().int(), before: reachSchema, after: reachSchema });
const analysisPageSchema = z.object({ items: z.array(analysisViewSchema) });

function options(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal ? { signal } : {};
}

/** What the reading screens ask of the gateway. Answers are parsed here, once: a page may be older than the gateway. */
export const api = {
  async me(signal?: AbortSignal): Promise<Me> {
    return meSchema.parse(await gateway.me.get.query(undefined, options(signal)));
  },
  async worklistPage(input: { limit: number; cursor?: string; filter?: WorklistFilter }, signal?: AbortSignal): Promise<WorklistPage> {
    return worklistPageSchema.parse(await gateway.worklist.page.query(input, options(signal)));
  },
  /** How the list is ordered: the newest first, and that is the one in force. */
  async rankPolicies(): Promise<RankPolicyVersion[]> {
    return rankPolicyHistorySchema.parse(await gateway.worklist.policy.history.query());
  },
  /** What the list of the last day would have been under these terms. */
  async previewRankPolicy(terms: PolicyTerms, signal?: AbortSignal): Promise<PolicyPreview> {
    return policyPreviewSchema.parse(await gateway.worklist.policy.preview.query(terms, options(signal)));
  },
  async changeRankPolicy(change: RankPolicyChange): Promise<RankPolicyVersion[]> {
    return rankPolicyHistorySchema.parse(await gateway.worklist.policy.change.mutate(change));
  },
  /** LF5: the text travels in the body. Open studies are on the list already: only signed ones are handed on. */
  async searchWorklist(request: SearchRequest, signal?: AbortSignal): Promise<{ signed: WorklistItem[]; isMany: boolean }> {
    const { items, isMany } = searchResultSchema.parse(await gateway.worklist.search.mutate(request, options(signal)));
    return { signed: items.filter((item) => item.status === 'final'), isMany };
  },
  async savedLists(signal?: AbortSignal): Promise<SavedLists> {
    return savedListsSchema.parse(await gateway.lists.all.query(undefined, options(signal)));
  },
  async saveList(list: Pick<SavedList, 'name' | 'filter' | 'shared'>): Promise<void> {
    await gateway.lists.save.mutate(list);
  },
  async changeList(change: ListChange): Promise<void> {
    await gateway.lists.change.mutate(change);
  },
  async removeList(id: string): Promise<void> {
    await gateway.lists.remove.mutate({ id });
  },
  async setDefaultList(id: string | null): Promise<void> {
    await gateway.lists.setDefault.mutate({ id });
  },
  /** How this reader wants the list to look; null: as it comes. */
  async listView(signal?: AbortSignal): Promise<ListView | null> {
    const view = listViewSchema.nullable().parse(await gateway.lists.view.query(undefined, options(signal)));
    return view && completeView(view);
  },
  async setListView(view: ListView | null): Promise<void> {
    await gateway.lists.setView.mutate({ view });
  },
  /** Opens the study: the gateway audits that. */
  async study(studyId: string, signal?: AbortSignal): Promise<StudyView> {
    return studyViewSchema.parse(await gateway.study.get.query({ studyId }, options(signal)));
  },
  /** What the models said of one study, without opening it. */
  async analysesOf(studyUid: string, signal?: AbortSignal): Promise<AnalysisView[]> {
    const page = analysisPageSchema.parse(await gateway.analysis.list.query({ studyUid, limit: 50 }, options(signal)));
    return page.items.filter((analysis) => analysis.live);
  },
  /** What the patient had before; the gateway audits that. */
  async priors(studyId: string, signal?: AbortSignal): Promise<PriorsView> {
    return priorsViewSchema.parse(await gateway.pacs.priors.query({ studyId }, options(signal)));
  },
  /** Has the node fetch a prior; the list of priors says how it goes. */
  async fetchPrior(studyId: string, priorUid: string): Promise<void> {
    await gateway.pacs.fetch.mutate({ studyId, priorUid });
  },
  async giveFeedback(analysisId: string, findingId: string, verdict: FeedbackVerdict): Promise<void> {
    await gateway.analysis.feedback.mutate({ analysisId, findingId, verdict });
  },
  async claim(studyId: string): Promise<void> {
    await gateway.study.claim.mutate({ studyId });
  },
  async release(studyId: string): Promise<void> {
    await gateway.study.release.mutate({ studyId });
  },
  /** LF6: the row comes by the pushed list. */
  async putAside(request: PutAside): Promise<void> {
    await gateway.study.putAside.mutate(request);
  },
  async takeUp(studyId: string, asideId: string): Promise<void> {
    await gateway.study.takeUp.mutate({ studyId, asideId });
  },
  /** Places a study by hand; the row comes by the pushed list. */
  async move(request: MoveRequest): Promise<void> {
    await gateway.study.move.mutate(request);
  },
  async takeBackMove(studyId: string, overrideId: string): Promise<void> {
    await gateway.study.takeBackMove.mutate({ studyId, overrideId });
  },
  /** The open ones, and the critical ones not communicated yet (AL9). */
  async openAlerts(signal?: AbortSignal): Promise<Alert[]> {
    return z.array(alertSchema).parse(await gateway.alert.open.query(undefined, options(signal)));
  },
  /** Every alert of one study, the newest first; the gateway audits that. */
  async alertsOfStudy(studyId: string): Promise<Alert[]> {
    return z.array(alertSchema).parse(await gateway.alert.ofStudy.query({ studyId }));
  },
  async alertChain(alertId: string): Promise<ChainLink[]> {
    return z.array(chainLinkSchema).parse(await gateway.alert.chain.query({ alertId }));
  },
  /** The findings that ever raised an alert. */
  async alertFindings(): Promise<{ code: string; label: string }[]> {
    return gateway.alert.findings.query();
  },
  /** Goes as a POST: the words searched for stand in no address. */
  async searchAlerts(search: AlertSearch): Promise<AlertPage> {
    return alertPageSchema.parse(await gateway.alert.search.mutate(search));
  },
  /** How results were acknowledged and communicated in time. `from` and `until` in ms since epoch, the end not included. */
  async compliance(period: { from: number; until: number }): Promise<SealedReport> {
    return sealedReportSchema.parse(await gateway.alert.report.view.query(period));
  },
  async exportCompliance(period: { from: number; until: number }): Promise<{ csv: string; sha256: string }> {
    return gateway.alert.report.export.mutate(period);
  },
  /** The newest first, and that is the one in force. */
  async escalationPolicies(): Promise<PolicyVersion[]> {
    return policyHistorySchema.parse(await gateway.alert.escalation.history.query());
  },
  /** What the last weeks would have been under this policy. */
  async previewEscalation(policy: EscalationPolicy, signal?: AbortSignal): Promise<z.infer<typeof previewSchema>> {
    return previewSchema.parse(await gateway.alert.escalation.preview.query(policy, options(signal)));
  },
  async changeEscalation(change: PolicyChange): Promise<PolicyVersion[]> {
    return policyHistorySchema.parse(await gateway.alert.escalation.change.mutate(change));
  },
  async onCall(): Promise<RotaView> {
    return rotaViewSchema.parse(await gateway.alert.onCall.view.query());
  },
  async changeOnCall(change: RotaChange): Promise<RotaView> {
    return rotaViewSchema.parse(await gateway.alert.onCall.change.mutate(change));
  },
  async channels(): Promise<ChannelsView> {
    return channelsViewSchema.parse(await gateway.alert.channels.view.query());
  },
  /** The key that signs a webhook's messages comes with this answer alone. */
  async addChannel(channel: NewChannel): Promise<{ channel: Channel; signingKey: string | null }> {
    return addedSchema.parse(await gateway.alert.channels.add.mutate(channel));
  },
  async switchChannel(id: string, enabled: boolean): Promise<void> {
    await gateway.alert.channels.switch.mutate({ id, enabled });
  },
  async removeChannel(id: string): Promise<void> {
    await gateway.alert.channels.remove.mutate({ id });
  },
  async testChannel(id: string): Promise<void> {
    await gateway.alert.channels.test.mutate({ id });
  },
  async sendAgain(id: string): Promise<void> {
    await gateway.alert.channels.sendAgain.mutate({ id });
  },
  /** What was sent of one alert beside the browsers. */
  async deliveriesOf(alertId: string): Promise<Delivery[]> {
    return z.array(deliverySchema).parse(await gateway.alert.deliveries.query({ alertId }));
  },
  /** AL15: open ones, the first due first, and those closed last. */
  async followUps(signal?: AbortSignal): Promise<FollowUps> {
    return followUpsSchema.parse(await gateway.alert.followUp.list.query(undefined, options(signal)));
  },
  async closeFollowUp(request: CloseFollowUp): Promise<FollowUp> {
    return followUpSchema.parse(await gateway.alert.followUp.close.mutate(request));
  },
  /** AL6: how the alert path stands. */
  async alertPath(signal?: AbortSignal): Promise<PathView> {
    return pathViewSchema.parse(await gateway.alert.path.view.query(undefined, options(signal)));
  },
  async alertPathRuns(signal?: AbortSignal): Promise<CanaryRun[]> {
    return z.array(canaryRunSchema).parse(await gateway.alert.path.runs.query(undefined, options(signal)));
  },
  async changePath(setting: CanarySetting): Promise<PathView> {
    return pathViewSchema.parse(await gateway.alert.path.change.mutate(setting));
  },
  async provePath(): Promise<void> {
    await gateway.alert.path.prove.mutate();
  },
  async setTimeZone(timeZone: string): Promise<void> {
    await gateway.alert.report.setTimeZone.mutate({ timeZone });
  },
  /** The flagged series of the last day; the gateway audits that. */
  async repeats(signal?: AbortSignal): Promise<Repeats> {
    return repeatsSchema.parse(await gateway.repeat.view.query(undefined, options(signal)));
  },
  async settleRepeat(answer: SettleRepeat): Promise<void> {
    await gateway.repeat.settle.mutate(answer);
  },
  async acknowledge(alertId: string): Promise<Alert> {
    return alertSchema.parse(await gateway.alert.acknowledge.mutate({ alertId }));
  },
  async communicate(request: CommunicationRequest): Promise<Alert> {
    return alertSchema.parse(await gateway.alert.communicate.mutate(request));
  },
};
