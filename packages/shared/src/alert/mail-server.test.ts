import { expect, test } from 'vitest';
import { mailFailure, mailServer } from './mail-server.ts';

test('a mail server elsewhere is spoken to over TLS, one on this machine need not be', () => {
  expect(mailServer(new URL('smtps://u%40x:p%3A@mail.example'))).toMatchObject({ host: 'mail.example', port: 465, secure: true, auth: { user: 'u@x', pass: 'p:' } });
  expect(mailServer(new URL('smtp://mail.example'))).toMatchObject({ port: 587, secure: false, requireTLS: true });
  expect(mailServer(new URL('smtp://[::1]:2525'))).toMatchObject({ host: '::1', port: 2525, requireTLS: false });
});

test('what a server refuses for good is given up; a wrong password is not', () => {
  expect(mailFailure({ responseCode: 550 })).toMatchObject({ code: 'smtp-550', class: 'permanent' });
  expect(mailFailure({ responseCode: 535, code: 'EAUTH' })).toMatchObject({ code: 'smtp-535', class: 'transient' });
  expect(mailFailure({ code: 'ECONNECTION' })).toMatchObject({ code: 'smtp-econnection', class: 'transient' });
  expect(mailFailure(null)).toMatchObject({ code: 'smtp-failed', class: 'transient' });
});
