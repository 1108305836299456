/** The provider's objects as they are sent, and the records that the sandbox keeps around them. */
export type Amount = { readonly value: string; readonly currency: string };
export type JsonObject = Readonly<Record<string, unknown>>;
export type Metadata = Readonly<Record<string, string | null>>;
export type Decline = { readonly party: string; readonly reason: string };

export type CardView = {
  readonly first6: string;
  readonly last4: string;
  readonly expiry_year: string;
  readonly expiry_month: string;
  readonly card_type: string;
  readonly card_product?: { readonly code: string; readonly name: string } | undefined;
  readonly issuer_country: string;
  readonly issuer_name: string;
};

export type MethodView = {
  readonly type: string;
  readonly id: string;
  readonly saved: boolean;
  readonly status: 'pending' | 'active' | 'inactive';
  readonly title?: string | undefined;
  readonly card?: CardView | undefined;
  readonly account_number?: string | undefined;
  readonly sbp_operation_id?: string | undefined;
  readonly payer_bank_details?: { readonly bank_id: string; readonly bic?: string | undefined } | undefined;
};

export type Confirmation = {
  readonly type: string;
  readonly return_url?: string | undefined;
  readonly enforce?: boolean | undefined;
  readonly confirmation_url?: string | undefined;
  readonly confirmation_token?: string | undefined;
  readonly confirmation_data?: string | undefined;
};

export type AuthorizationDetails = {
  readonly rrn: string;
  readonly auth_code: string;
  readonly three_d_secure: {
    readonly applied: boolean;
    readonly method_completed?: boolean;
    readonly challenge_completed?: boolean;
  };
};

export type Payment = {
  readonly id: string;
  readonly status: 'pending' | 'waiting_for_capture' | 'succeeded' | 'canceled';
  readonly amount: Amount;
  readonly income_amount?: Amount | undefined;
  readonly description?: string | undefined;
  readonly recipient: { readonly account_id: string; readonly gateway_id: string };
  readonly payment_method?: MethodView | undefined;
  readonly captured_at?: string | undefined;
  readonly created_at: string;
  readonly expires_at?: string | undefined;
  readonly confirmation?: Confirmation | undefined;
  readonly test: boolean;
  readonly refunded_amount?: Amount | undefined;
  readonly paid: boolean;
  readonly refundable: boolean;
  readonly metadata: Metadata;
  readonly cancellation_details?: Decline | undefined;
  readonly authorization_details?: AuthorizationDetails | undefined;
  readonly merchant_customer_id?: string | undefined;
  readonly receipt_registration?: Registration | undefined;
};

export type Registration = 'pending' | 'succeeded' | 'canceled';

/** A receipt as `/receipts` shows it. It has no fiscal numbers before it is registered, and never the time of its order. */
export type Receipt = {
  readonly id: string;
  readonly type: 'payment' | 'refund';
  readonly payment_id?: string | undefined;
  readonly refund_id?: string | undefined;
  readonly status: Registration;
  readonly items: readonly JsonObject[];
  readonly tax_system_code?: number | undefined;
  readonly fiscal_document_number?: string | undefined;
  readonly fiscal_storage_number?: string | undefined;
  readonly fiscal_attribute?: string | undefined;
  readonly fiscal_provider_id?: string | undefined;
  readonly registered_at?: string | undefined;
};

export type Refund = {
  readonly id: string;
  readonly payment_id: string;
  readonly status: 'pending' | 'succeeded' | 'canceled';
  readonly created_at: string;
  readonly amount: Amount;
  readonly cancellation_details?: Decline | undefined;
  readonly description?: string | undefined;
  readonly refund_authorization_details?: { readonly rrn: string } | undefined;
  readonly refund_method?: { readonly type: string; readonly sbp_operation_id?: string | undefined } | undefined;
  readonly metadata?: Metadata | undefined;
  readonly receipt_registration?: Registration | undefined;
};

export type Binding = MethodView & {
  readonly holder: { readonly account_id: string; readonly gateway_id: string };
  readonly confirmation?: Confirmation | undefined;
  readonly metadata?: Metadata | undefined;
};

/** Fields of every stored object: its shop, its clock, and the request that created it. */
type Kept = {
  readonly seq: number;
  readonly shopId: string;
  readonly clockId: string | null;
  readonly idempotenceKey: string;
  readonly sendsId: string;
  readonly request: JsonObject;
};

/** The hosted page's state, the same for a payment and a binding. */
export type PageState = {
  readonly deadlineMs: number | null;
  readonly returnUrl: string | null;
  readonly save: boolean | null;
  readonly challengeCard: EnteredCard | null;
  readonly lastDecline: Decline | null;
};

export type EnteredCard = { readonly number: string; readonly expiryYear: string; readonly expiryMonth: string };
export type PaymentRecord = Kept & {
  readonly object: Payment;
  readonly capture: boolean;
  readonly receipt?: ReceiptOrder | null;
  readonly page: PageState;
  /** When a charge that was answered `pending` succeeds by itself, on its own clock. */
  readonly succeedsAtMs?: number | undefined;
};
export type RefundRecord = Kept & { readonly object: Refund; readonly receipt?: ReceiptOrder | null };
/** What the shop asked a receipt to say. */
export type ReceiptOrder = { readonly items: readonly JsonObject[]; readonly taxSystemCode: number | null };
/** By the id of its payment or refund. */
export type ReceiptRecord = Pick<Kept, 'seq' | 'shopId' | 'clockId'> & {
  /** The time serves the lists and is not shown. */
  readonly object: Receipt & { readonly created_at: string };
  readonly endsAtMs: number;
  readonly end: 'succeeded' | 'canceled';
};
export type BindingRecord = Kept & { readonly object: Binding; readonly page: PageState };

/** A saved method keeps its card, so that a declining card declines; a script overrides it. */
export type SavedMethodRecord = {
  readonly shopId: string;
  readonly view: MethodView;
  readonly cardNumber: string | null;
  readonly next: string | null;
  readonly always: string | null;
};

export type KeyRecord = {
  readonly hash: string;
  readonly body: string;
  readonly firstAtMs: number;
  readonly clockId: string | null;
  readonly sendsId: string;
};
export type SendsRecord = { readonly at: readonly string[]; readonly realAt: readonly string[] };
export type ClockRecord = { readonly nowMs: number };
export type NotificationRecord = {
  readonly event: string;
  readonly object: unknown;
  readonly createdAtMs: number;
  readonly attempt: number;
  readonly dueAtMs: number;
};
export type NotificationMode = 'normal' | 'off' | 'duplicate' | 'late' | 'reordered';
export type SettingsRecord = {
  readonly ownClockOffsetMs: number;
  readonly notificationMode: NotificationMode;
  readonly notificationDelayMs: number;
  readonly nextRefund: string | null;
  readonly receiptDelayMs: number;
  readonly nextReceipt: 'canceled' | null;
};
