import type { StoreOutcome } from '../dimse/status.ts';

/** Who sends, as far as the association says. */
export interface AssociationInfo {
  /** Counts from 1 in each life of the process; names the association in the log. */
  readonly number: number;
  readonly callingAeTitle: string;
  readonly remoteAddress: string;
  /** Over TLS. */
  readonly secured?: boolean;
}

/** A C-STORE-RQ whose data set is about to arrive. */
export interface StoreRequest {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
}

/** One object on its way in. */
export interface IncomingObject {
  /** The next bytes of the data set, exactly as received; the view is good until the call returns. */
  write(bytes: Buffer): void;
  /** The data set is whole. What it resolves to is what the sender is told, so success means durable. Never rejects. */
  store(): Promise<StoreOutcome>;
  /** The object will not be completed. */
  discard(): void;
}

/** Where an association's objects go. */
export interface AssociationReceiver {
  receive(request: StoreRequest): IncomingObject;
  /** No more will come; what was stored stays. Safe to call twice. Never rejects. */
  end(): Promise<void>;
}

export interface Receiver {
  open(association: AssociationInfo): AssociationReceiver;
  /** Why nothing can be stored now, or null. */
  halted(): string | null;
}
