import type { CommandType } from '../../../domain/commands/index.ts';
import type { RejectionReason } from '../../../domain/model/command.ts';

export type Refusal = {
  readonly status: number;
  readonly code: string;
  readonly text: string;
  /** The command that is the way out, where there is one. */
  readonly hint?: CommandType;
};

/** How each rejection is answered: by a code per reason, so that no client has to parse a text. */
export const rejections = {
  already_subscribed: { status: 409, code: '4006', text: 'User already has a subscription' },
  already_prepaid: { status: 409, code: '4028', text: 'The next period is paid already' },
  command_expired: { status: 410, code: '4007', text: 'Command has expired' },
  test_clock_mismatch: { status: 409, code: '4008', text: 'Test clock does not fit' },
  test_clock_not_found: { status: 404, code: '4008', text: 'Test clock does not fit' },
  payment_in_progress: { status: 409, code: '4009', text: 'Payment is in progress' },
  too_many_open_pages: { status: 409, code: '4010', text: 'Too many open payment pages' },
  subscription_held: { status: 409, code: '4011', text: 'Subscription is held for a check' },
  provider_refused: { status: 409, code: '4012', text: 'Payment provider refused the order' },
  payment_declined: { status: 409, code: '4013', text: 'Payment was declined' },
  superseded: { status: 409, code: '4014', text: 'Superseded by a newer purchase' },
  canceled: { status: 409, code: '4039', text: 'Canceled before it was paid' },
  nothing_to_release: { status: 409, code: '4049', text: 'Subscription is not held' },
  payment_unresolved: { status: 409, code: '4050', text: 'A payment has to be resolved first' },
  nothing_to_resolve: { status: 409, code: '4051', text: 'Payment is not unresolved' },
  provider_id_missing: { status: 422, code: '4052', text: 'Id at the provider is missing' },
  nothing_to_cancel: { status: 409, code: '4016', text: 'Nothing to cancel' },
  not_active: { status: 409, code: '4017', text: 'Subscription is not active', hint: 'subscription.pay' },
  too_late: { status: 409, code: '4018', text: 'Too late', hint: 'subscription.pay' },
  method_required: { status: 409, code: '4019', text: 'A payment method is required', hint: 'subscription.pay' },
  method_not_found: { status: 404, code: '4020', text: 'Payment method does not exist' },
  binding_unsupported: {
    status: 409,
    code: '4021',
    text: 'This method is saved by paying only',
    hint: 'subscription.pay',
  },
  too_many_methods: { status: 409, code: '4022', text: 'Too many payment methods', hint: 'payment_method.unlink' },
  binding_failed: { status: 409, code: '4054', text: 'Payment method was not saved', hint: 'payment_method.bind' },
  cancel_scheduled: { status: 409, code: '4026', text: 'A cancel is scheduled', hint: 'subscription.uncancel' },
  contact_required: { status: 422, code: '4043', text: 'A receipt contact is required', hint: 'receipt_contact.set' },
  contact_unusable: {
    status: 409,
    code: '4055',
    text: 'Receipts cannot be sent to a contact of this kind',
    hint: 'receipt_contact.set',
  },
  amount_changed: { status: 409, code: '4027', text: 'The terms are not those that were shown' },
  terms_required: { status: 422, code: '4053', text: 'Terms are required' },
  too_many_tries: { status: 429, code: '4038', text: 'Too many tries' },
  refund_exceeds: { status: 409, code: '4040', text: 'More than is left of the payment' },
  refund_remainder: { status: 409, code: '4041', text: 'Less than the provider allows would go back or stay' },
  refund_window_over: { status: 409, code: '4042', text: 'Payment is too old to be refunded' },
  provider_unreachable: { status: 409, code: '2001', text: 'Payment provider cannot be reached' },
  tariff_not_found: { status: 404, code: '3002', text: 'Tariff does not exist' },
  pay_system_not_found: { status: 404, code: '3004', text: 'Payment system does not exist' },
} as const satisfies Readonly<Record<RejectionReason, Refusal>>;

/** The answer to a rejection. During a roll a newer version may have rejected for a reason that this one does not know. */
export function problemOf(reason: string, headers: Readonly<Record<string, string>> = {}): Problem {
  if (!Object.hasOwn(rejections, reason)) return new Problem(409, '0000', { detail: reason, reason, headers });
  const { status, code } = rejections[reason as RejectionReason];
  const { hint }: Refusal = rejections[reason as RejectionReason];
  return new Problem(status, code, { detail: reason, reason, headers, members: hint === undefined ? {} : { hint } });
}

/** The other codes that an error body may carry. Clients read the code or the reason, never the text. */
const others = {
  '0000': { reason: 'unexpected', text: 'Something went wrong' },
  '1003': { reason: 'token_undecodable', text: 'Token cannot be decoded' },
  '1004': { reason: 'token_expired', text: 'Token has expired' },
  '3000': { reason: 'forbidden', text: 'Forbidden' },
  '3001': { reason: 'not_found', text: 'Object does not exist' },
  '3003': { reason: 'no_active_subscription', text: 'User has no active subscription' },
  '4000': { reason: 'invalid_request', text: 'Validation failed' },
  '4001': { reason: 'not_json', text: 'Body is not valid JSON' },
  '4002': { reason: 'unsupported_content_type', text: 'Unsupported content type' },
  '4003': { reason: 'body_too_large', text: 'Body is too large' },
  '4004': { reason: 'no_such_address', text: 'No such address' },
  '4005': { reason: 'key_used_otherwise', text: 'Idempotency-Key was used with another body' },
  '4015': { reason: 'method_not_allowed', text: 'Method not allowed' },
  '4029': { reason: 'too_many_requests', text: 'Too many requests' },
  '4047': { reason: 'reason_required', text: 'A reason is required' },
  '4060': { reason: 'dead_letter_closed', text: 'Dead letter was closed otherwise' },
  '4061': { reason: 'not_the_oldest', text: 'Message is not the oldest of its key' },
  '4062': { reason: 'being_tried', text: 'Message is being tried' },
  '4063': { reason: 'not_replayable', text: 'Record cannot be replayed' },
  '5003': { reason: 'unavailable', text: 'Service unavailable' },
} as const;

export type ProblemCode = keyof typeof others | (typeof rejections)[RejectionReason]['code'];

/** Every code with a reason that it answers. 4008 alone answers two. */
const answered: readonly { readonly code: string; readonly reason: string; readonly text: string }[] = [
  ...Object.entries(others).map(([code, other]) => ({ code, ...other })),
  ...Object.entries(rejections).map(([reason, { code, text }]) => ({ code, reason, text })),
];

const byCode = (value: 'reason' | 'text') =>
  Object.fromEntries(answered.map((one) => [one.code, one[value]])) as Readonly<Record<ProblemCode, string>>;
export const problemTexts = byCode('text');
const reasons = byCode('reason');

/** The reasons of each code, for the page of the API. */
export const reasonsOf = (code: string): readonly string[] =>
  answered.filter((one) => one.code === code).map(({ reason }) => reason);

export type ProblemOptions = {
  /** The word of the refusal, where its code has several. */
  readonly reason?: string;
  readonly detail?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Further members of the body, beside those that every body has. */
  readonly members?: Readonly<Record<string, unknown>>;
};

/** A refusal with its answer: thrown anywhere in the adapter, written by server/handle-error.ts. */
export class Problem extends Error {
  readonly status: number;
  readonly code: ProblemCode;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;

  constructor(status: number, code: ProblemCode, options: ProblemOptions = {}) {
    super(problemTexts[code]);
    this.name = 'Problem';
    this.status = status;
    this.code = code;
    this.headers = options.headers ?? {};
    const reason = options.reason ?? reasons[code];
    this.body = { code, error: problemTexts[code], detail: options.detail ?? null, reason, ...options.members };
  }
}

/** A violated rule of the contract. `param` is the field, or the part of the request where no field is meant. */
export type Violation = { readonly param: string; readonly message: string };

/** The field at a place of the request: `body/object/id` → `object.id`, and `body` is itself. */
export function fieldAt(place: string): string {
  const [part = place, ...fields] = place.split('/');
  return fields.join('.') || part;
}

type InvalidStatus = 400 | 422;

/** Clients show each violation beside its field, so none of these refusals goes without. */
export const invalid = (detail: string, violations: readonly Violation[], status: InvalidStatus = 422): Problem =>
  new Problem(status, '4000', { detail, members: { violations } });

/** A refusal by one rule, at a place of the request. */
export const invalidAt = (place: string, message: string, status: InvalidStatus = 422): Problem =>
  invalid(`${place} ${message}`, [{ param: fieldAt(place), message }], status);

/** Staff change nothing without saying why: the audit keeps it. */
export const reasonRequired = (violations: readonly Violation[]): Problem =>
  new Problem(422, '4047', { detail: 'reason_required', members: { violations } });
