import type { RejectionReason } from '../../../domain/model/command.ts';
import type { ProblemCode } from '../contract/problem.ts';

/** How each business no is answered: a code of its own per reason, so that a client never has to read a text. */
export const rejections: Readonly<Record<RejectionReason, { readonly status: number; readonly code: ProblemCode }>> = {
  already_subscribed: { status: 409, code: '4006' },
  command_expired: { status: 410, code: '4007' },
  test_clock_mismatch: { status: 409, code: '4008' },
  test_clock_not_found: { status: 404, code: '4008' },
  payment_in_progress: { status: 409, code: '4009' },
  too_many_open_pages: { status: 409, code: '4010' },
  subscription_held: { status: 409, code: '4011' },
  provider_refused: { status: 409, code: '4012' },
  payment_declined: { status: 409, code: '4013' },
  superseded: { status: 409, code: '4014' },
  canceled: { status: 409, code: '4039' },
  nothing_to_cancel: { status: 409, code: '4016' },
  provider_unreachable: { status: 409, code: '2001' },
  tariff_not_found: { status: 404, code: '3002' },
  pay_system_not_found: { status: 404, code: '3004' },
};
