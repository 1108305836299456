import { describe, expect, it } from '@jest/globals';
import { createSigner, sha256Hex } from '../../../src/adapters/http/auth/digests.ts';
import { acceptCommand, type CommandRequest } from '../../../src/application/requests/accept-command.ts';
import { issueCommandToken, readCommandToken } from '../../../src/adapters/http/routes/command-token.ts';
import { Fault } from '../../../src/application/ports/faults.ts';
import type { OutMessage } from '../../../src/application/ports/outbox.ts';
import { createManualClock } from '../../support/manual-clock.ts';
import { createMessageFactory } from '../../../src/messages/message-factory.ts';

const user = '22222222-2222-4222-8222-222222222222';
const uuidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const cancel = (more: Partial<CommandRequest> = {}): CommandRequest => ({
  input: { type: 'subscription.cancel', userId: user, mode: 'period_end', reason: null },
  actor: { kind: 'user', id: user },
  route: 'POST /cancel',
  idempotencyKey: 'k',
  bodyText: '{}',
  trace: { correlationId: 'c', causationId: null },
  ...more,
});

function setUp(publish: (messages: readonly OutMessage[]) => Promise<void> = () => Promise.resolve()) {
  const clock = createManualClock(1_000);
  let counter = 0;
  const services = {
    clock,
    messageFactory: createMessageFactory(),
    publisher: { publish },
    hash: sha256Hex,
    randomId: () => `random-${(counter += 1)}`,
    publishDeadlineMs: 5,
  };
  return { clock, accept: async (more?: Partial<CommandRequest>) => acceptCommand(services, cancel(more)) };
}

describe('accepting a command', () => {
  it('names it after user, route and key, so that a repeat is the same command', async () => {
    const { accept, clock } = setUp();
    const first = (await accept()).command;
    clock.advance(60_000);
    const repeat = (await accept({ bodyText: 'other' })).command;
    expect(first.commandId).toMatch(uuidShape);
    expect(repeat.commandId).toBe(first.commandId);
    expect(repeat.bodyHash).not.toBe(first.bodyHash);
    const others = await Promise.all([
      accept({ idempotencyKey: 'l' }),
      accept({ route: 'POST /other' }),
      accept({
        input: {
          type: 'subscription.cancel',
          userId: '33333333-3333-4333-8333-333333333333',
          mode: 'period_end',
          reason: null,
        },
      }),
      accept({ idempotencyKey: null }),
      accept({ idempotencyKey: null }),
    ]);
    expect(new Set([first.commandId, ...others.map(({ command }) => command.commandId)]).size).toBe(6);
  });

  it('gives an expiry to a command that may charge, and none to a cancel', async () => {
    const { accept } = setUp();
    expect((await accept()).command.notAfter).toBeNull();
    const pay = await accept({
      input: {
        type: 'subscription.pay',
        userId: user,
        tariffId: 't',
        paySystem: 'p',
        renew: true,
        returnUrl: null,
        testClockId: null,
      },
    });
    expect(pay.command).toMatchObject({ acceptedAt: 1_000, notAfter: 901_000 });
  });

  it.each([
    ['taken_back', 'not_accepted'],
    ['unacknowledged', 'acceptance_unknown'],
    ['anything_else', 'acceptance_unknown'],
  ])('without acknowledgement (%s) is %s', async (code, kind) => {
    const { accept } = setUp(() => Promise.reject(new Fault(code, 'away', { retryable: true })));
    expect(await accept()).toMatchObject({ kind });
  });

  it('does not report a bug of ours as an outage', async () => {
    const { accept } = setUp(() => Promise.reject(new TypeError('bug')));
    await expect(accept()).rejects.toThrow('bug');
  });
});

describe('the token of a status URL', () => {
  const staff = '33333333-3333-4333-8333-333333333333';
  const signer = createSigner(['secret']);
  const claim = {
    commandId: '6f1d3c52-8a44-8f0b-9c1e-0a2b4c6d8e10',
    userId: user,
    acceptedAt: 1_764_000_000_000,
    bodyHash: sha256Hex('body'),
  };

  it('is read back for its owner', () => {
    const token = issueCommandToken(signer, claim, user);
    expect(token).toMatch(/^[A-Za-z0-9._-]+$/);
    expect(readCommandToken(signer, token, user)).toEqual(claim);
  });

  it('is read back for the member of staff who ordered it, and for no one else', () => {
    const token = issueCommandToken(signer, claim, staff);
    expect(token).toMatch(/^[A-Za-z0-9._-]+$/);
    expect(readCommandToken(signer, token, staff)).toEqual(claim);
    expect(readCommandToken(signer, token, user)).toBeNull();
    expect(readCommandToken(signer, token.replace(user, staff), staff)).toBeNull();
  });

  it('is refused for another user, with another secret, or with any character changed', () => {
    const token = issueCommandToken(signer, claim, user);
    expect(readCommandToken(signer, token, 'v')).toBeNull();
    expect(readCommandToken(createSigner(['other']), token, user)).toBeNull();
    for (let at = 0; at < token.length; at += 1) {
      const changed = token.slice(0, at) + (token[at] === '0' ? '1' : '0') + token.slice(at + 1);
      expect(readCommandToken(signer, changed, user)).toBeNull();
    }
  });
});
