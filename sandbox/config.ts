/** A shop of the sandbox. The flags are switches that the real provider's manager turns. */
export type Shop = {
  readonly id: string;
  readonly key: string;
  readonly recurring: boolean;
  readonly declineCloses: boolean;
  /** Whether each payment needs a receipt, and where it can be sent; null: receipts are not made here. */
  readonly receipts: 'email' | 'email_or_phone' | null;
};

export type Config = {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  readonly shops: readonly Shop[];
  readonly notificationUrl: string;
  readonly publicUrl: string;
  readonly retryFactor: number;
};

function readShop(text: string, declineCloses: boolean): Shop {
  const [id, key, flags = ''] = text.trim().split(':');
  if (id === undefined || key === undefined || id === '' || key === '') {
    throw new Error(`SANDBOX_SHOPS: "${text}" is not of the form shopId:key or shopId:key:flag+flag`);
  }
  const names = flags.split('+');
  const anyContact = names.includes('receipts_by_phone') ? 'email_or_phone' : null;
  return {
    id,
    key,
    recurring: !names.includes('no_recurring'),
    declineCloses: declineCloses || names.includes('decline_closes'),
    receipts: names.includes('receipts') ? 'email' : anyContact,
  };
}

function readNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value < least) throw new Error(`${name}: "${text}" is not a number from ${least} up`);
  return value;
}

/** Reads the environment once, at start. The error of a mistake is one sentence that names the variable. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const host = env['SANDBOX_HOST'] ?? '127.0.0.1';
  const port = readNumber('SANDBOX_PORT', env['SANDBOX_PORT'] ?? '8090', 0);
  const declineCloses = env['SANDBOX_DECLINE_CLOSES'] === 'true';
  const shops = (env['SANDBOX_SHOPS'] ?? '100500:test_sandbox').split(',').map((text) => readShop(text, declineCloses));
  return {
    host,
    port,
    dataDir: env['SANDBOX_DATA_DIR'] ?? '.data/sandbox',
    shops,
    notificationUrl: env['SANDBOX_NOTIFICATION_URL'] ?? '',
    publicUrl: env['SANDBOX_PUBLIC_URL'] ?? '',
    retryFactor: readNumber('SANDBOX_RETRY_FACTOR', env['SANDBOX_RETRY_FACTOR'] ?? '1', 0),
  };
}
