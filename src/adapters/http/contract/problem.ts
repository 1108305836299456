/** Every code that an error body may carry, with its text. Clients read the code, never the text. */
export const problemTexts = {
  '0000': 'Something went wrong',
  '1003': 'Token cannot be decoded',
  '1004': 'Token has expired',
  '2001': 'Payment provider cannot be reached',
  '3000': 'Forbidden',
  '3001': 'Object does not exist',
  '3002': 'Tariff does not exist',
  '3003': 'User has no active subscription',
  '3004': 'Payment system does not exist',
  '4000': 'Validation failed',
  '4001': 'Body is not valid JSON',
  '4002': 'Unsupported content type',
  '4003': 'Body is too large',
  '4004': 'No such address',
  '4005': 'Idempotency-Key was used with another body',
  '4006': 'User already has a subscription',
  '4007': 'Command has expired',
  '4008': 'Test clock does not fit',
  '4009': 'Payment is in progress',
  '4010': 'Too many open payment pages',
  '4011': 'Subscription is held for a check',
  '4012': 'Payment provider refused the order',
  '4013': 'Payment was declined',
  '4014': 'Superseded by a newer purchase',
  '4015': 'Method not allowed',
  '4016': 'Nothing to cancel',
  '4039': 'Canceled before it was paid',
  '4029': 'Too many requests',
  '5003': 'Service unavailable',
} as const;

export type ProblemCode = keyof typeof problemTexts;

export type ProblemOptions = {
  readonly detail?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Further members of the body, beside `code`, `error` and `detail`. */
  readonly members?: Readonly<Record<string, unknown>>;
};

/** A refusal with its answer: thrown anywhere behind the door, written in one place. */
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
    this.body = { code, error: problemTexts[code], detail: options.detail ?? null, ...options.members };
  }
}

export const invalid = (detail: string): Problem => new Problem(422, '4000', { detail });
