import type { Service } from '@readroom/shared/service';
import { canaryService } from './alert/canary/service.ts';
import { alertFollower } from './alert/emit.ts';
import { alertLoop } from './alert/escalation/loop.ts';
import { followUpRoutes } from './alert/follow-up/routes.ts';
import { notificationSender } from './alert/notify/sender.ts';
import { alertSockets } from './alert/proof/sockets.ts';
import { analysisRoutes } from './analysis/analysis-routes.ts';
import { analysisTimeoutService } from './analysis/ask/time-out.ts';
import { sealerService } from './audit/sealer.ts';
import { authRoutes } from './auth/auth-routes.ts';
import { enrolRoutes } from './edge/identity/enrol-routes.ts';
import { edgeSocketService } from './edge/edge-socket.ts';
import { nodeWatchService } from './edge/node-watch.ts';
import type { Routes } from './http/server.ts';
import { imageRoutes } from './imaging/image-routes.ts';
import { pictureRoutes } from './imaging/picture-routes.ts';
import { uploadRoutes } from './imaging/fetch/upload-routes.ts';
import type { Deps } from './infra/deps.ts';
import { pacsRoutes } from './pacs/pacs-routes.ts';
import { collabHub } from './report/collab/hub.ts';
import { reportRoutes } from './report/export/report-routes.ts';
import { setupRoutes } from './setup/setup-routes.ts';
import { presenceService } from './worklist/presence/presence.ts';
import { worklistPushService } from './worklist/push.ts';
import { listTimers } from './worklist/timers/timers.ts';
import { worklistRoutes } from './worklist/page/worklist-routes.ts';

/** One part of the gateway: its REST and its loops. Routers of tRPC are merged in trpc/router.ts. */
export interface Feature {
  readonly name: string;
  readonly routes?: Routes;
  /** Started in this order once the database is ready and before the port opens; stopped in reverse. */
  readonly services?: (deps: Deps) => readonly Service[];
}

export const features: readonly Feature[] = [
  { name: 'auth', routes: authRoutes },
  { name: 'audit', services: (deps) => [sealerService(deps)] },
  { name: 'setup', routes: setupRoutes },
  { name: 'worklist', routes: worklistRoutes, services: (deps) => [worklistPushService(deps), presenceService(deps), listTimers(deps)] },
  { name: 'analysis', routes: analysisRoutes, services: (deps) => [analysisTimeoutService(deps)] },
  { name: 'alert', routes: followUpRoutes, services: (deps) => [alertFollower(deps), alertSockets(deps), alertLoop(deps), notificationSender(deps)] },
  { name: 'report', routes: reportRoutes, services: (deps) => [collabHub(deps)] },
  { name: 'pacs', routes: pacsRoutes },
  { name: 'images', routes: imageRoutes },
  { name: 'pictures', routes: pictureRoutes },
  { name: 'image-uploads', routes: uploadRoutes },
  // What nodes say goes through everything above, and a canary through all of it.
  { name: 'edge', routes: enrolRoutes, services: (deps) => [nodeWatchService(deps), edgeSocketService(deps)] },
  { name: 'canary', services: (deps) => [canaryService(deps)] },
];
