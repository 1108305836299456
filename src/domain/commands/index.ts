import { allowCharges } from './allow-charges.ts';
import { bindMethod } from './bind-method.ts';
import { cancel } from './cancel.ts';
import { pay } from './pay.ts';
import { recordChargeback } from './record-chargeback.ts';
import { recordRefund } from './record-refund.ts';
import { refundPayment } from './refund-payment.ts';
import { clearReceiptContact, setReceiptContact } from './receipt-contact.ts';
import { release } from './release.ts';
import { setDefaultMethod } from './set-default-method.ts';
import { resolvePayment } from './resolve-payment.ts';
import { retry } from './retry.ts';
import { uncancel } from './uncancel.ts';
import { unlinkMethod } from './unlink-method.ts';

/** Every command: its type in messages and in openapi.yaml (`x-command`) → its definition. */
export const commands = {
  'subscription.pay': pay,
  'subscription.cancel': cancel,
  'subscription.release': release,
  'payment.resolve': resolvePayment,
  'payment.refund': refundPayment,
  'refund.record_external': recordRefund,
  'payment.record_chargeback': recordChargeback,
  'subscription.allow_charges': allowCharges,
  'subscription.uncancel': uncancel,
  'payment.retry': retry,
  'payment_method.bind': bindMethod,
  'payment_method.unlink': unlinkMethod,
  'payment_method.set_default': setDefaultMethod,
  'receipt_contact.set': setReceiptContact,
  'receipt_contact.clear': clearReceiptContact,
} as const;

export type CommandType = keyof typeof commands;

/** The command of each definition. A definition under another type than its own does not compile. */
type CommandsByType = {
  readonly [Type in CommandType]: Parameters<(typeof commands)[Type]['decide']>[1] & { readonly type: Type };
};

export type Command = CommandsByType[CommandType];

type Given = 'commandId' | 'actor' | 'acceptedAt' | 'claimedAt' | 'bodyHash' | 'notAfter';

/** A command before it has an id and the time of its acceptance. */
export type CommandInput = { readonly [Type in CommandType]: Omit<CommandsByType[Type], Given> }[CommandType];

export const isCommandType = (type: unknown): type is CommandType =>
  typeof type === 'string' && Object.hasOwn(commands, type);
