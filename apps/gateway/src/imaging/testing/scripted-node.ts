import { fetchImageSchema, cancelFetchSchema } from '@readroom/shared/wire/edge-down';
import type { FetchImage } from '@readroom/shared/wire/edge-down';
import { uploadAuthorization, uploadProof } from '@readroom/shared/wire/auth';
import { uploadPath } from '@readroom/shared/wire/upload';
import { connectEdge } from '../../edge/testing/edge-speaker.ts';
import type { EdgeSpeaker } from '../../edge/testing/edge-speaker.ts';
import { signWith } from '../../testing/node-key.ts';
import { received } from '../../edge/testing/bodies.ts';

/** An edge node that speaks the protocol and does with a wish what the test says. */
export interface ScriptedNode {
  readonly speaker: EdgeSpeaker;
  readonly asked: FetchImage[];
  readonly cancelled: string[];
  /** The next wish, heard already or to come. */
  next(): Promise<FetchImage>;
  upload(ticket: string, body: NonNullable<RequestInit['body']>, contentType: string, change?: { readonly url?: string; readonly nodeKey?: string }): Promise<Response>;
  close(): void;
}

export const FRAME_TYPE = 'application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1';

/** Connected, with the study `studyUid` (one series, two images) told. */
export async function scriptedNode(url: string, nodeKey: string, studyUid: string, onFetch?: (node: ScriptedNode, command: FetchImage) => Promise<unknown>): Promise<ScriptedNode> {
  const speaker = await connectEdge(url, nodeKey);
  await speaker.hello();
  const waiting: ((command: FetchImage) => void)[] = [];
  const unread: FetchImage[] = [];
  const node: ScriptedNode = {
    speaker,
    asked: [],
    cancelled: [],
    next: () => {
      const first = unread.shift();
      return first ? Promise.resolve(first) : new Promise((resolve) => waiting.push(resolve));
    },
    upload: (ticket, body, contentType, change = {}) =>
      fetch(new URL(uploadPath(ticket), change.url ?? url), {
        method: 'POST',
        headers: { authorization: uploadAuthorization(signWith(change.nodeKey ?? nodeKey, uploadProof(ticket))), 'content-type': contentType },
        body,
        ...(body instanceof ReadableStream ? { duplex: 'half' as const } : {}),
      }),
    close: () => speaker.terminate(),
  };
  await new Promise<void>((resolve, reject) => {
    speaker
      .commands(null, (_id, command) => {
        const cancel = cancelFetchSchema.safeParse(command);
        if (cancel.success) return void node.cancelled.push(cancel.data.ticket);
        const fetched = fetchImageSchema.safeParse(command);
        if (!fetched.success) return;
        node.asked.push(fetched.data);
        void onFetch?.(node, fetched.data);
        const wake = waiting.shift();
        if (wake) wake(fetched.data);
        else unread.push(fetched.data);
      })
      .catch(reject);
    // The subscription has no answer of its own: a round trip after it shows that it stands.
    speaker.say(received(studyUid)).then(() => resolve(), reject);
  });
  return node;
}
