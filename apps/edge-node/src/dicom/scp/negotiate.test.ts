import { expect, test } from 'vitest';
import type { AssociateRequest } from '../pdu/pdu.ts';
import { ALLOW_EVERYBODY, compileAllowList } from '../admission/allow-list.ts';
import type { AllowList } from '../admission/allow-list.ts';
import { negotiateContexts, refusalOf } from './negotiate.ts';

const REQUEST: AssociateRequest = {
  type: 'associate-request',
  protocolVersion: 1,
  calledAeTitle: 'READROOM',
  callingAeTitle: 'MODALITY',
  applicationContext: '1.2.840.10008.3.1.1.1',
  contexts: [],
  user: { maxPduLength: 0, implementationClassUid: '', implementationVersion: '' },
};
const ADMISSION = { aeTitle: 'READROOM', remoteAddress: '10.0.0.1', allowed: compileAllowList(ALLOW_EVERYBODY), openAssociations: 1, maxAssociations: 2, halted: null };

const answering = (address: boolean, caller: ReturnType<AllowList['caller']>): AllowList => ({ allowsAddress: () => address, caller: () => caller });

// PS3.8 table 9-21: [result, source, reason].
test.each([
  ['another protocol version', { protocolVersion: 2 }, {}, [1, 2, 2]],
  ['another application context', { applicationContext: '1.2.3' }, {}, [1, 1, 2]],
  ['no calling AE title', { callingAeTitle: '' }, {}, [1, 1, 3]],
  ['another called AE title', { calledAeTitle: 'OTHER' }, {}, [1, 1, 7]],
  ['a called AE title in another case', { calledAeTitle: 'readroom' }, {}, [1, 1, 7]],
  ['an address that is not allowed, whatever it says', { protocolVersion: 2, callingAeTitle: '', calledAeTitle: 'OTHER' }, { allowed: answering(false, 'unknown') }, [1, 1, 1]],
  ['a calling AE title that is not allowed, whomever it calls', { calledAeTitle: 'OTHER' }, { allowed: answering(true, 'unknown') }, [1, 1, 3]],
  ['a calling AE title from elsewhere', {}, { allowed: answering(true, 'elsewhere') }, [1, 1, 3]],
  ['too many associations', {}, { openAssociations: 3 }, [2, 3, 2]],
  ['a halted store', {}, { halted: 'disk fault' }, [2, 3, 1]],
])('%s is refused with the standard’s reason', (_what, request, admission, expected) => {
  const refusal = refusalOf({ ...REQUEST, ...request }, { ...ADMISSION, ...admission });
  expect([refusal?.result, refusal?.source, refusal?.reason]).toEqual(expected);
  expect(refusal?.why).not.toBe('');
  expect(refusal?.remedy).not.toBe('');
});

test('a request to us is accepted', () => {
  expect(refusalOf(REQUEST, ADMISSION)).toBeNull();
});

test('each presentation context is answered by itself, in order', () => {
  const CT = '1.2.840.10008.5.1.4.1.1.2';
  const { answer, accepted } = negotiateContexts({
    ...REQUEST,
    contexts: [
      { id: 1, abstractSyntax: '1.2.840.10008.1.1', transferSyntaxes: ['1.2.840.10008.1.2'] },
      { id: 3, abstractSyntax: CT, transferSyntaxes: ['1.2.840.10008.1.2.4.70', '1.2.840.10008.1.2.1'] },
      { id: 5, abstractSyntax: CT, transferSyntaxes: ['1.2.3.4.5'] },
      { id: 7, abstractSyntax: '1.2.840.10008.5.1.4.1.2.2.1', transferSyntaxes: ['1.2.840.10008.1.2'] },
      { id: 9, abstractSyntax: '1.3.12.2.1107.5.9.1', transferSyntaxes: ['1.2.840.10008.1.2'] },
    ],
  });
  expect(answer.map(({ id, result }) => [id, result])).toEqual([[1, 0], [3, 0], [5, 4], [7, 3], [9, 0]]);
  expect([...accepted.values()].map(({ id, transferSyntax }) => [id, transferSyntax])).toEqual([
    [1, '1.2.840.10008.1.2'],
    [3, '1.2.840.10008.1.2.4.70'],
    [9, '1.2.840.10008.1.2'],
  ]);
});
