/**
 * The upper layer's state machine, PS3.8 section 9.2 and table 9-10, for both roles. Release collision (Sta9-Sta12) is
 * folded into `releasing`: our own answer to a peer that releases at the same moment is immediate (AR-8, AR-9).
 *
 *   acceptor    idle -> awaiting-request -> deciding -> established -> peer-releasing -> closing -> idle
 *   requestor   idle -> connecting -> awaiting-answer -> established -> releasing -> closing -> idle
 *   any of them -> closing (abort sent, ARTIM running) -> idle
 */
export type UpperLayerState =
  | 'idle' // Sta1
  | 'awaiting-request' // Sta2
  | 'deciding' // Sta3
  | 'connecting' // Sta4
  | 'awaiting-answer' // Sta5
  | 'established' // Sta6
  | 'releasing' // Sta7
  | 'peer-releasing' // Sta8
  | 'closing'; // Sta13

export type UpperLayerEvent =
  // PDUs of the peer
  | 'associate-request'
  | 'associate-accept'
  | 'associate-reject'
  | 'data'
  | 'release-request'
  | 'release-response'
  | 'abort'
  | 'invalid-pdu'
  // The transport and the ARTIM timer
  | 'transport-opened'
  | 'transport-closed'
  | 'timer-expired'
  // What our side asks
  | 'connect'
  | 'accept'
  | 'reject'
  | 'release'
  | 'reply-release'
  | 'abort-locally';

/** PS3.8 tables 9-6 to 9-9; the ids are the standard's. */
export type UpperLayerAction =
  | 'AE-1' // open the transport
  | 'AE-2' // send A-ASSOCIATE-RQ
  | 'AE-3' // tell the user it was accepted
  | 'AE-4' // tell the user it was rejected, close
  | 'AE-5' // start ARTIM
  | 'AE-6' // stop ARTIM, let the user decide
  | 'AE-7' // send A-ASSOCIATE-AC
  | 'AE-8' // send A-ASSOCIATE-RJ, start ARTIM
  | 'DT-2' // hand the data on
  | 'AR-1' // send A-RELEASE-RQ
  | 'AR-2' // tell the user the peer releases
  | 'AR-3' // tell the user it is released, close
  | 'AR-4' // send A-RELEASE-RP, start ARTIM
  | 'AR-5' // the transport is gone as expected: stop ARTIM
  | 'AR-6' // data while we release
  | 'AR-8' // both release at once: answer
  | 'AA-1' // send A-ABORT, start ARTIM
  | 'AA-2' // close the transport
  | 'AA-3' // tell the user of the peer's abort, close
  | 'AA-4' // tell the user the transport is gone
  | 'AA-5' // the transport went before a request: stop ARTIM
  | 'AA-6' // ignore
  | 'AA-8'; // send A-ABORT as provider, tell the user, start ARTIM

export interface Transition {
  readonly action: UpperLayerAction;
  readonly next: UpperLayerState;
}

/** `null`: our own side may not ask this now. Nothing the peer sends is ever `null` once there is a transport. */
type Row = Readonly<Record<UpperLayerEvent, Transition | null>>;

const to = (action: UpperLayerAction, next: UpperLayerState): Transition => ({ action, next });

const NOTHING: Row = {
  'associate-request': null,
  'associate-accept': null,
  'associate-reject': null,
  data: null,
  'release-request': null,
  'release-response': null,
  abort: null,
  'invalid-pdu': null,
  'transport-opened': null,
  'transport-closed': null,
  'timer-expired': null,
  connect: null,
  accept: null,
  reject: null,
  release: null,
  'reply-release': null,
  'abort-locally': null,
};

/** With an association under way every PDU that is out of turn aborts it. */
const OUT_OF_TURN: Row = {
  ...NOTHING,
  'associate-request': to('AA-8', 'closing'),
  'associate-accept': to('AA-8', 'closing'),
  'associate-reject': to('AA-8', 'closing'),
  data: to('AA-8', 'closing'),
  'release-request': to('AA-8', 'closing'),
  'release-response': to('AA-8', 'closing'),
  abort: to('AA-3', 'idle'),
  'invalid-pdu': to('AA-8', 'closing'),
  'transport-closed': to('AA-4', 'idle'),
  'timer-expired': to('AA-1', 'closing'),
  'abort-locally': to('AA-1', 'closing'),
};

export const UPPER_LAYER: Readonly<Record<UpperLayerState, Row>> = {
  idle: { ...NOTHING, 'transport-opened': to('AE-5', 'awaiting-request'), connect: to('AE-1', 'connecting') },
  'awaiting-request': {
    ...NOTHING,
    'associate-request': to('AE-6', 'deciding'),
    'associate-accept': to('AA-1', 'closing'),
    'associate-reject': to('AA-1', 'closing'),
    data: to('AA-1', 'closing'),
    'release-request': to('AA-1', 'closing'),
    'release-response': to('AA-1', 'closing'),
    abort: to('AA-2', 'idle'),
    'invalid-pdu': to('AA-1', 'closing'),
    'transport-closed': to('AA-5', 'idle'),
    'timer-expired': to('AA-2', 'idle'),
    'abort-locally': to('AA-1', 'closing'),
  },
  deciding: { ...OUT_OF_TURN, accept: to('AE-7', 'established'), reject: to('AE-8', 'closing') },
  connecting: {
    ...NOTHING,
    'transport-opened': to('AE-2', 'awaiting-answer'),
    'transport-closed': to('AA-4', 'idle'),
    'timer-expired': to('AA-2', 'idle'),
    'abort-locally': to('AA-2', 'idle'),
  },
  'awaiting-answer': { ...OUT_OF_TURN, 'associate-accept': to('AE-3', 'established'), 'associate-reject': to('AE-4', 'idle') },
  established: {
    ...OUT_OF_TURN,
    data: to('DT-2', 'established'),
    'release-request': to('AR-2', 'peer-releasing'),
    release: to('AR-1', 'releasing'),
  },
  releasing: {
    ...OUT_OF_TURN,
    data: to('AR-6', 'releasing'),
    'release-request': to('AR-8', 'releasing'),
    'release-response': to('AR-3', 'idle'),
  },
  'peer-releasing': { ...OUT_OF_TURN, 'reply-release': to('AR-4', 'closing') },
  closing: {
    ...NOTHING,
    'associate-request': to('AA-6', 'closing'),
    'associate-accept': to('AA-6', 'closing'),
    'associate-reject': to('AA-6', 'closing'),
    data: to('AA-6', 'closing'),
    'release-request': to('AA-6', 'closing'),
    'release-response': to('AA-6', 'closing'),
    abort: to('AA-2', 'idle'),
    'invalid-pdu': to('AA-6', 'closing'),
    'transport-closed': to('AR-5', 'idle'),
    'timer-expired': to('AA-2', 'idle'),
  },
};
