import type { AppError } from '@readroom/shared/error';
import type { AnalysisResult } from '@readroom/shared/finding/analysis';
import type { Journal } from './console/journal.ts';
import type { ScpWatch } from './dicom/scp/scp.ts';
import type { QueryRetrieve } from './dicom/scu/query-retrieve.ts';
import type { RoleChange } from './inference/registry/roles.ts';
import type { ModelsChange } from './inference/process/worker-host.ts';
import type { Logger } from './infra/log.ts';
import type { EdgeMetrics } from './infra/metrics.ts';
import type { Evidence } from './intake/assembler.ts';
import type { RecoveryReport } from './intake/index/recover.ts';

export interface Watches {
  readonly scp: ScpWatch;
  assembled(evidence: Evidence): void;
  repeated(same: boolean): void;
  halted(error: AppError): void;
  recovered(report: RecoveryReport): void;
  analysed(results: readonly AnalysisResult[]): void;
  delayed(step: 'tell' | 'analyse', code: string): void;
  /** The models folder changed while the node ran. */
  models(change: ModelsChange): void;
  /** Somebody made another version of a model the one that counts. */
  roleChanged(change: RoleChange): void;
  /** Studies whose time was over. */
  deleted(count: number): void;
  deletionFailed(error: AppError): void;
  /** New files of DICOM over TLS are no good; the old ones stay in use. */
  badCredentials(error: AppError): void;
  /** AL7: a critical result alerts here. */
  criticalRaised(): void;
  /** A mail of an alert raised here. */
  lanMailSent(): void;
  lanMailFailed(error: AppError, isGivenUp: boolean): void;
  /** The record of the hospital's own page failed; results are told and images taken all the same. */
  criticalFailed(error: unknown): void;
  /** A PACS was asked; `error` is null when it answered. */
  pacsAsked(service: QueryRetrieve, aeTitle: string, error: AppError | null): void;
}

/** Every event of the node, told once to the log, the metrics and the journal of the console. Nothing here can name a patient. */
export function watches({ log, metrics, journal }: { log: Logger; metrics: EdgeMetrics; journal: Journal }): Watches {
  return {
    scp: scpWatch(log, metrics, journal),
    ...modelWatch(log, journal),
    ...lanWatch(log, metrics, journal),
    assembled(evidence) {
      metrics.assembled.inc({ evidence });
      log.info({ event: 'study.assembled', evidence });
    },
    repeated(same) {
      if (same) return;
      log.warn({ event: 'object.replaced' });
      journal.error('object-replaced', 'An image came again under the same SOP Instance UID with other bytes.', 'The later one is shown; both are kept. Ask the sender’s administrator why a UID was used twice.');
    },
    halted(error) {
      log.fatal({ event: 'intake.halted', err: error });
      journal.error(error.code, error.message, 'Check the disk, then restart the node. Senders keep what was not acknowledged.');
    },
    recovered(report) {
      if (report.recovered + report.cutBytes + report.damaged > 0) log.warn({ event: 'intake.recovered', ...report });
    },
    analysed(results) {
      for (const { model, status, timings, provider } of results) {
        metrics.analyses.inc({ model: model.id, status });
        log.info({ event: 'study.analysed', model: model.id, status, provider, totalMs: timings?.totalMs });
      }
    },
    deleted(count) {
      metrics.deleted.inc(count);
      log.info({ event: 'study.deleted', count });
    },
    deletionFailed(error) {
      log.error({ event: 'study.not-deleted', err: error });
      journal.error(error.code, 'Studies whose time is over could not be deleted.', 'Check the disk; it is tried again every hour.');
    },
    badCredentials(error) {
      log.error({ event: 'dicom-tls.not-replaced', err: error });
      journal.error(error.code, error.message, 'The certificate from before is used meanwhile.');
    },
    delayed(step, code) {
      metrics.delays.inc({ step, code });
      log.warn({ event: 'study.delayed', step, code });
      journal.error(code, step === 'tell' ? 'A study could not be queued for the gateway.' : 'A study could not be analysed yet.', 'It is tried again by itself; the log names the cause.');
    },
    pacsAsked(service, aeTitle, error) {
      metrics.pacsRequests.inc({ service, outcome: error?.code ?? 'ok' });
      if (error === null) return log.info({ event: 'pacs.asked', service, aeTitle });
      log.warn({ event: 'pacs.failed', service, aeTitle, code: error.code, why: error.message });
      journal.error(error.code, `${aeTitle}: ${error.message}`, `Run readroom-edge doctor, and look at the log of ${aeTitle}. Studies are read without its priors meanwhile.`);
    },
  };
}

function modelWatch(log: Logger, journal: Journal): Pick<Watches, 'models' | 'roleChanged'> {
  return {
    models({ loaded, refused, retired, fault }) {
      for (const { id, version } of loaded) log.info({ event: 'model.loaded', model: id, version });
      for (const { id, version } of retired) log.info({ event: 'model.retired', model: id, version });
      for (const { id, version, reasons } of refused) log.warn({ event: 'model.refused', model: id, version, reasons });
      if (fault === null) return;
      log.error({ event: 'model.not-loaded', why: fault });
      journal.error('models-not-loaded', `The models folder changed and could not be loaded: ${fault}.`, 'The models from before go on. Look at the models folder and at the memory of this machine.');
    },
    roleChanged({ action, id, version }) {
      log.warn({ event: 'model.role-changed', action, model: id, version });
    },
  };
}

function lanWatch(log: Logger, metrics: EdgeMetrics, journal: Journal): Pick<Watches, 'criticalRaised' | 'criticalFailed' | 'lanMailSent' | 'lanMailFailed'> {
  return {
    criticalRaised() {
      metrics.lanAlerts.inc();
      log.error({ event: 'lan.alert-raised' });
      journal.error('critical-not-acknowledged', 'The gateway did not acknowledge a critical result in time.', 'Read it at the hospital’s own page, or on the workstation of the modality or PACS. Check the network and the gateway.');
    },
    lanMailSent() {
      log.info({ event: 'lan.mail-sent' });
    },
    lanMailFailed(error, isGivenUp) {
      log.warn({ event: isGivenUp ? 'lan.mail-given-up' : 'lan.mail-delayed', code: error.code });
      journal.error(error.code, isGivenUp ? 'A mail about a critical result was given up.' : 'A mail about a critical result could not be sent yet.', 'Check the site’s mail server, READROOM_SMTP_URL_FILE and READROOM_LAN_MAIL_TO. The alert rings at the hospital’s own page all the same.');
    },
    criticalFailed(error) {
      log.error({ event: 'lan.failed', err: error });
      journal.error('lan-record', 'The record of the hospital’s own page could not be read or written.', 'Check the disk; the log names the cause. Results go to the gateway all the same.');
    },
  };
}

function scpWatch(log: Logger, metrics: EdgeMetrics, journal: Journal): ScpWatch {
  return {
    accepted(association) {
      journal.opened(association);
      metrics.associations.inc({ outcome: 'accepted' });
    },
    refused(association, { code, why, remedy }) {
      journal.refused(association, why, remedy);
      metrics.associations.inc({ outcome: 'refused' });
      metrics.refusals.inc({ reason: code });
      log.warn({ event: 'association.refused', association, code, why });
    },
    objectAnswered(association, outcome) {
      const status = outcome.status.toString(16).padStart(4, '0');
      journal.answered(association, outcome);
      metrics.objects.inc({ status });
      if (outcome.status !== 0) log.warn({ event: 'object.refused', association: association.number, callingAeTitle: association.callingAeTitle, status, why: outcome.comment });
    },
    ended(association, fault) {
      journal.ended(association, fault);
      if (fault === null) return log.info({ event: 'association.ended', association });
      metrics.associations.inc({ outcome: 'broken' });
      log.warn({ event: 'association.broken', association, why: fault });
    },
    handshakeFailed(association, { code, why, remedy }) {
      metrics.handshakes.inc({ reason: code });
      // Probes of the port come every few seconds: they would drive everything else out of the list.
      if (code === 'hung-up') journal.error('tls-handshake', `A sender: ${why}`, remedy);
      else journal.refused(association, why, remedy);
      log.warn({ event: 'association.no-tls', association, code, why });
    },
    dropped() {
      metrics.dropped.inc();
      journal.error('connections-dropped', 'Connections to the DICOM ports were closed unheard: more than twice the limit of associations were open.', 'Find out who opens so many; if they are yours, raise READROOM_MAX_ASSOCIATIONS.');
    },
  };
}
