import fc from 'fast-check';
import type { Hint } from '../../src/application/ports/message-factory.ts';
import { type NoticeReport, noticeChannels } from '../../src/application/ports/notice-reports.ts';
import type { Command } from '../../src/domain/commands/index.ts';
import { anyCommand } from '../support/commands.ts';
import { id, instant, orNull } from './arbitrary-scalars.ts';

const ordered = {
  commandId: id,
  userId: id,
  actor: fc.record({ kind: fc.constantFrom('user' as const, 'staff' as const), id }),
  acceptedAt: instant,
  bodyHash: fc.stringMatching(/^[0-9a-f]{64}$/),
  notAfter: orNull(instant),
};

export const command: fc.Arbitrary<Command> = anyCommand(ordered);

export const hint: fc.Arbitrary<Hint> = fc.record({
  provider: fc.constant('yookassa'),
  objectType: fc.constantFrom('payment' as const, 'refund' as const, 'payment_method' as const),
  objectId: id,
});

export const noticeReport: fc.Arbitrary<NoticeReport> = fc.record({
  ...{ noticeId: id, userId: id, deliveredAt: instant },
  channel: fc.constantFrom(...noticeChannels),
});
