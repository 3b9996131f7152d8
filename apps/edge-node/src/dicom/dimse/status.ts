/** Status codes of C-STORE (PS3.4 B.2.3, PS3.7 Annex C) that this node answers. */
export const STATUS = {
  success: 0x0000,
  /** SOP class not supported, or its presentation context was not accepted. */
  sopClassNotSupported: 0x0122,
  unrecognizedOperation: 0x0211,
  mistypedArgument: 0x0212,
  /** Out of resources: the sender keeps the object and sends it again later. */
  outOfResources: 0xa700,
  dataSetDoesNotMatchSopClass: 0xa900,
  cannotUnderstand: 0xc000,
} as const;

/** What to answer and why. `comment` is for the sender's screen (LO, at most 64 characters) and carries no value of the object. */
export interface StoreOutcome {
  readonly status: number;
  readonly comment: string;
}

export const STORED: StoreOutcome = { status: STATUS.success, comment: '' };
