import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';

// A provider that accepts every charge after a fixed time and does nothing else, so that its own speed is never measured.
// POST /_bench/delay?ms=2000 changes the time.

const port = Number(process.env['SANDBOX_PORT']);
const shop = process.env['YOOKASSA_SHOP_ID'];
let delayMs = 100;
type Answer = { readonly id: string };
const byKey = new Map<string, Answer>();
const byId = new Map<string, Answer>();

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}

function payment(order: Record<string, unknown>): Answer {
  const now = new Date().toISOString();
  const method = String(order['payment_method_id']);
  return {
    id: randomUUID(),
    ...{ status: 'succeeded', paid: true, refundable: true, test: true },
    ...{ amount: order['amount'], metadata: order['metadata'], description: order['description'] },
    ...{ created_at: now, captured_at: now, recipient: { account_id: shop, gateway_id: '1' } },
    payment_method: {
      ...{ type: 'bank_card', id: method, saved: true, title: 'Bank card *4444' },
      card: { first6: '555555', last4: '4444', expiry_month: '12', expiry_year: '2030', card_type: 'MasterCard' },
    },
  } as Answer;
}

async function answer(request: IncomingMessage): Promise<unknown> {
  const url = new URL(request.url ?? '/', 'http://bench');
  const body = await bodyOf(request);
  if (url.pathname === '/_bench/delay') delayMs = Number(url.searchParams.get('ms'));
  if (url.pathname === '/v3/me') return { account_id: shop, status: 'enabled', test: true };
  if (!url.pathname.startsWith('/v3/payments')) return {};
  await new Promise((resolve) => setTimeout(resolve, delayMs));
  if (request.method === 'GET') return byId.get(url.pathname.split('/').at(-1) ?? '') ?? { items: [], type: 'list' };
  const key = String(request.headers['idempotence-key']);
  const made = byKey.get(key) ?? payment(body);
  byKey.set(key, made);
  byId.set(made.id, made);
  return made;
}

createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  void answer(request).then((value) => {
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(value));
  });
}).listen(port, '127.0.0.1');
