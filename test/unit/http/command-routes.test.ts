import { describe, expect, it } from '@jest/globals';
import { createSigner, sha256Hex } from '../../../src/adapters/http/auth/digests.ts';
import { inlinedOpenApi, operationsOf, type Place, readOpenApi } from '../../../src/adapters/http/contract/openapi.ts';
import type { Answer } from '../../../src/adapters/http/contract/route.ts';
import { commandRoutes } from '../../../src/adapters/http/routes/command-routes.ts';
import { createMessageFactory } from '../../../src/messages/message-factory.ts';
import { createManualClock } from '../../support/manual-clock.ts';
import { readMessage } from '../../support/read-message.ts';
import type { OutMessage } from '../../../src/application/ports/outbox.ts';

const cancel = operationsOf(inlinedOpenApi(readOpenApi())).get('cancelSubscription');
if (cancel === undefined) throw new Error('there is no operation to start from');

const staffId = '11111111-1111-4111-8111-111111111111';
const userId = '22222222-2222-4222-8222-22222222abcd';
const forUser = {
  path: '/api/v1/users/{user_id}/cancel',
  parameters: [{ name: 'user_id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } }],
} as const;

/** Cancel, mounted under another path. */
function mounted(change: Partial<Place['operation']>, path = '/api/v1/subscriptions/cancel', paymentId = 'payment-1') {
  const published: OutMessage[] = [];
  const http = {
    clock: createManualClock(0),
    messageFactory: createMessageFactory(),
    publisher: { publish: (messages: readonly OutMessage[]) => Promise.resolve(published.push(...messages)) },
    hash: sha256Hex,
    randomId: () => '6f1d3c52-8a44-8f0b-9c1e-0a2b4c6d8e10',
    signer: createSigner(['secret']),
    options: { returnUrl: 'https://cinema.example/' },
    awaitOutcome: () =>
      Promise.resolve({
        kind: 'ended',
        outcome: { kind: 'completed', subscriptionId: null },
        first: { acceptedAt: 0, claimedAt: 0, bodyHash: 'hash' },
        subscriber: null,
      }),
    reads: { store: { load: () => Promise.resolve(null) } },
    history: { findUser: (id: string) => Promise.resolve(id === 'payment-1' ? userId : null) },
  };
  const place = { ...cancel, path, operation: { ...cancel!.operation, ...change } } as Place;
  const route = commandRoutes(http as never, [place])[place.operation.operationId];
  const ask = async (accept?: string): Promise<Answer> => {
    const header = (name: string): string | undefined => (name === 'accept' ? accept : undefined);
    const user = { id: staffId, isSuperuser: true, roles: [] };
    const call = {
      path: { user_id: userId.toUpperCase(), payment_id: paymentId },
      query: {},
      header,
      body: undefined,
      address: '',
      language: 'en' as const,
    };
    const trace = { correlationId: 'request', causationId: null };
    if (route === undefined || route.access === 'public') throw new Error('the operation has no route');
    return route.handle({ ...call, user, trace, signal: new AbortController().signal });
  };
  return { access: route?.access, ask, commands: () => published.map(readMessage) };
}

describe('an operation that sends a command', () => {
  it('is for the user of the token', async () => {
    const { access, ask, commands } = mounted({});
    await ask();
    expect(access).toBe('user');
    expect(commands()).toMatchObject([{ command: { userId: staffId, actor: { kind: 'user', id: staffId } } }]);
  });

  it('is for the user in the path when staff sends it', async () => {
    const { access, ask, commands } = mounted(
      { 'x-access': 'superuser', parameters: forUser.parameters },
      forUser.path,
    );
    await ask();
    expect(access).toBe('superuser');
    expect(commands()).toMatchObject([{ command: { userId, actor: { kind: 'staff', id: staffId } } }]);
  });

  it('is for the user of the payment in the path where it says so', async () => {
    const byPayment = { 'x-access': 'superuser', 'x-user-of': 'payment_id' };
    const path = '/api/v1/payments/{payment_id}/cancel';
    const { access, ask, commands } = mounted(byPayment, path);
    await ask();
    expect(access).toBe('superuser');
    expect(commands()).toMatchObject([{ command: { userId, actor: { kind: 'staff', id: staffId } } }]);
    await expect(mounted(byPayment, path, 'another').ask()).rejects.toMatchObject({ status: 404, code: '3001' });
  });

  it.each([
    ['empty', undefined, { status: 200, json: null }],
    ['subscription', undefined, { status: 200, json: null }],
    ['page', 'application/json', { status: 200, json: null }],
    ['page', undefined, { status: 302, location: 'https://cinema.example/' }],
  ])('is answered as it says: %s to %s', async (answer, accept, expected) => {
    expect(await mounted({ 'x-answer': answer }).ask(accept)).toEqual(expected);
  });

  it('stops the start if it names an unknown command, or lets one user act for another', () => {
    expect(() => mounted({ 'x-command': 'subscription.pause' })).toThrow('no command subscription.pause');
    expect(() => mounted({ 'x-command': 'constructor' })).toThrow('no command constructor');
    expect(() => mounted({ 'x-answer': 'nothing' })).toThrow('x-answer is one of page,subscription,empty');
    expect(() => mounted({}, forUser.path)).toThrow('x-access');
    expect(() => mounted({ 'x-access': 'superuser' })).toThrow('x-access');
    const ofPayment = { 'x-user-of': 'payment_id' };
    expect(() => mounted(ofPayment, '/api/v1/payments/{payment_id}/cancel')).toThrow('x-access');
    expect(() => mounted({ ...ofPayment, 'x-access': 'superuser' })).toThrow('x-access');
    expect(() => mounted({ 'x-access': 'superuser', 'x-user-of': 'id' }, '/api/v1/{id}')).toThrow('x-access');
    expect(() => mounted({ 'x-access': 'anyone' })).toThrow('x-access');
  });
});
