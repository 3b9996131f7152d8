import { Counter, Gauge, Registry, collectDefaultMetrics } from 'prom-client';

/** Numbers read when somebody asks for them. */
export interface GaugeReaders {
  readonly openAssociations: () => number;
  readonly storedInstances: () => number;
  readonly studiesHeld: () => number;
  readonly studiesReceiving: () => number;
  readonly studiesInFlight: () => number;
  readonly outboxDepth: () => number;
  readonly diskFreeBytes: () => number;
  readonly linkUp: () => boolean;
  /** Critical results that alert at the edge and nobody there has acknowledged. */
  readonly lanOpenAlerts: () => number;
  /** Seconds since 1970; 0 without DICOM over TLS. */
  readonly certificateEndsAt: () => number;
}

export interface EdgeMetrics {
  readonly associations: Counter<'outcome'>;
  readonly refusals: Counter<'reason'>;
  readonly handshakes: Counter<'reason'>;
  readonly dropped: Counter;
  readonly deleted: Counter;
  readonly objects: Counter<'status'>;
  readonly assembled: Counter<'evidence'>;
  readonly analyses: Counter<'status' | 'model'>;
  readonly delays: Counter<'step' | 'code'>;
  readonly pacsRequests: Counter<'service' | 'outcome'>;
  readonly lanAlerts: Counter;
  readonly unhandled: Counter;
  readGauges(readers: GaugeReaders): void;
  text(): Promise<string>;
  readonly contentType: string;
}

/** Prometheus metrics of the node. Labels are closed sets: statuses, codes, model ids; never an identifier of a person or study. */
export function createMetrics(): EdgeMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const gauge = (name: string, help: string, read: () => number): Gauge => new Gauge({ name, help, registers, collect() { this.set(read()); } });
  return {
    associations: new Counter({ name: 'readroom_edge_associations_total', help: 'DICOM associations by outcome', labelNames: ['outcome'], registers }),
    refusals: new Counter({ name: 'readroom_edge_associations_refused_total', help: 'DICOM associations refused, by reason', labelNames: ['reason'], registers }),
    handshakes: new Counter({ name: 'readroom_edge_tls_handshakes_failed_total', help: 'TLS handshakes of DICOM senders that failed, by reason', labelNames: ['reason'], registers }),
    dropped: new Counter({ name: 'readroom_edge_connections_dropped_total', help: 'DICOM connections closed unheard because there were more than twice the limit of associations', registers }),
    deleted: new Counter({ name: 'readroom_edge_studies_deleted_total', help: 'Studies deleted because their time was over', registers }),
    objects: new Counter({ name: 'readroom_edge_objects_total', help: 'C-STORE requests by status answered', labelNames: ['status'], registers }),
    assembled: new Counter({ name: 'readroom_edge_studies_assembled_total', help: 'Studies assembled by evidence', labelNames: ['evidence'], registers }),
    analyses: new Counter({ name: 'readroom_edge_analyses_total', help: 'Analyses by model and status', labelNames: ['model', 'status'], registers }),
    delays: new Counter({ name: 'readroom_edge_delays_total', help: 'Steps of the study flow that had to be tried again', labelNames: ['step', 'code'], registers }),
    pacsRequests: new Counter({ name: 'readroom_edge_pacs_requests_total', help: 'Queries and retrieves asked of a PACS, by outcome: ok, or the code of the failure', labelNames: ['service', 'outcome'], registers }),
    lanAlerts: new Counter({ name: 'readroom_edge_lan_alerts_total', help: 'Critical results the gateway did not acknowledge in time, which alerted at the edge', registers }),
    unhandled: new Counter({ name: 'readroom_edge_unhandled_total', help: 'Errors nobody caught', registers }),
    readGauges(readers) {
      gauge('readroom_edge_open_associations', 'DICOM associations open now', readers.openAssociations);
      gauge('readroom_edge_stored_instances', 'Instances held', readers.storedInstances);
      gauge('readroom_edge_studies_held', 'Studies held', readers.studiesHeld);
      gauge('readroom_edge_studies_receiving', 'Studies still waited for', readers.studiesReceiving);
      gauge('readroom_edge_studies_in_flight', 'Studies waiting for or in analysis', readers.studiesInFlight);
      gauge('readroom_edge_outbox_depth', 'Messages the gateway has not acknowledged', readers.outboxDepth);
      gauge('readroom_edge_disk_free_bytes', 'Free space on the disk of the images', readers.diskFreeBytes);
      gauge('readroom_edge_tls_certificate_ends_seconds', 'When the certificate of DICOM over TLS ends, seconds since 1970; 0 without one', readers.certificateEndsAt);
      gauge('readroom_edge_lan_open_alerts', 'Critical results that alert at the edge and that nobody there has acknowledged', readers.lanOpenAlerts);
      gauge('readroom_edge_link_up', '1 while the link to the gateway is up', () => Number(readers.linkUp()));
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
