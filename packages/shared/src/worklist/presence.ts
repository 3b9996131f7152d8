import { z } from 'zod';
import { SECOND_MS } from '../clock.ts';

/** LF7. Up: what this page has open. Down: who has what open in the hospital. Neither knows a patient. */
export const VIEWING_EVENT = 'rt:viewing';
export const VIEWERS_EVENT = 'rt:viewers';

/** What is not said again for so long is over: a browser, or a gateway, that died. */
export const PRESENCE_TTL_MS = 30 * SECOND_MS;

export const viewingSchema = z.object({ studyId: z.uuid().nullable() });

export const viewerSchema = z.object({ studyId: z.uuid(), id: z.string(), name: z.string() });
/** A person who has a study open. */
export type Viewer = z.infer<typeof viewerSchema>;

export const viewersEventSchema = z.object({ organisation: z.string(), viewers: z.array(viewerSchema) });
export type ViewersEvent = z.infer<typeof viewersEventSchema>;
