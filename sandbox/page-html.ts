/** The hosted page in plain HTML and CSS, so that it works in any browser and without JavaScript. */
const pageStyle = `
:root{color-scheme:light}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:flex;align-items:center;justify-content:center;padding:24px;
 background:#eef0f6;color:#1c2033;font:16px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{width:100%;max-width:420px;background:#fff;border-radius:20px;padding:28px;box-shadow:0 10px 40px rgba(28,32,51,.10)}
.shop{display:flex;justify-content:space-between;gap:12px;font-size:14px;color:#6b7086}
.badge{background:#fff3d6;color:#7a5200;border-radius:999px;padding:1px 10px;font-weight:600;white-space:nowrap}
h1{font-size:34px;line-height:1.15;margin:14px 0 4px}
.what{margin:0 0 20px;color:#3c425a;overflow-wrap:anywhere}
.problem{background:#fdecec;color:#8c1d1d;border-radius:12px;padding:12px 14px;margin:0 0 16px}
.note{background:#eef4ff;color:#25406f;border-radius:12px;padding:12px 14px;margin:0 0 16px;font-size:14px}
label{display:block;font-size:13px;color:#6b7086;margin:0 0 14px}
input:not([type=checkbox]){display:block;width:100%;margin-top:5px;padding:12px 14px;font:inherit;font-size:16px;color:#1c2033;
 border:1.5px solid #868ca3;border-radius:12px;background:#fafbfe}
input::placeholder{color:#6b7086}
:focus-visible{outline:3px solid #2f57de;outline-offset:2px}
.row{display:grid;grid-template-columns:1fr 1fr 1fr;gap:12px}
.tick{display:flex;gap:10px;align-items:center;font-size:14px;color:#3c425a}
button,.button{display:block;width:100%;padding:14px;border:0;border-radius:12px;background:#2f57de;color:#fff;
 font:inherit;font-weight:600;text-align:center;text-decoration:none;cursor:pointer}
button:hover,.button:hover{background:#2447bd}
button.plain{background:none;color:#2f57de;margin-top:8px}
.foot{margin:18px 0 0;text-align:center;font-size:13px;color:#6b7086}
.foot a{color:inherit}
`;

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => escapes[sign] ?? sign);

export type PageHead = {
  readonly title: string;
  readonly shopId: string;
  readonly headline: string;
  readonly description: string;
};

export const htmlPage = (head: PageHead, content: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(head.title)}</title><style>${pageStyle}</style></head>
<body><main>
<div class="shop"><span>Shop ${escapeHtml(head.shopId)}</span><span class="badge">Test, no real money</span></div>
<h1>${escapeHtml(head.headline)}</h1>
<p class="what" lang="${/[а-яё]/i.test(head.description) ? 'ru' : 'en'}">${escapeHtml(head.description)}</p>
${content}
</main></body></html>
`;

/** A price as shown: without kopecks where they are zero. */
export function moneyText({ value, currency }: { readonly value: string; readonly currency: string }): string {
  const format = new Intl.NumberFormat('en-GB', { minimumFractionDigits: 2, trailingZeroDisplay: 'stripIfInteger' });
  return `${format.format(Number(value))}\u00a0${currency === 'RUB' ? '₽' : currency}`;
}

export const problemBox = (text: string): string =>
  `<p class="problem" id="problem" role="alert">${escapeHtml(text)}</p>`;

export function backLink(returnUrl: string | null, asButton: boolean): string {
  if (returnUrl === null) return '';
  const url = escapeHtml(returnUrl);
  return asButton
    ? `<a class="button" id="back" href="${url}">Back to the shop</a>`
    : `<p class="foot"><a id="back" href="${url}">Back to the shop</a></p>`;
}

/** Typed fields that may be shown again; the security code is not among them. */
export type TypedCard = { readonly number: string; readonly month: string; readonly year: string };

export type CardForm = {
  readonly action: string;
  readonly button: string;
  readonly saving: 'announced' | 'asked' | 'none';
  readonly offersWallet: boolean;
  readonly typed: TypedCard;
};

const savingText = {
  announced: '<p class="note">The card will be saved for later automatic payments to this shop.</p>',
  asked:
    '<label class="tick"><input type="checkbox" name="save" value="true"> Save the card for automatic payments</label>',
  none: '',
} as const;

const valueOf = (text: string): string => (text === '' ? '' : ` value="${escapeHtml(text)}"`);

export const cardForm = (form: CardForm): string => `
<form method="post" action="${escapeHtml(form.action)}" autocomplete="off">
${form.saving === 'announced' ? savingText.announced : ''}
<label>Card number <input name="number" inputmode="numeric" required minlength="12" maxlength="23" pattern="[0-9 ]{12,23}"
 placeholder="5555 5555 5555 4444" aria-describedby="problem"${valueOf(form.typed.number)} autofocus></label>
<div class="row">
<label>Month <input name="month" inputmode="numeric" required maxlength="2" pattern="0?[1-9]|1[0-2]" placeholder="12"${valueOf(form.typed.month)}></label>
<label>Year <input name="year" inputmode="numeric" required maxlength="4" pattern="[0-9]{2}|[0-9]{4}" placeholder="2030"${valueOf(form.typed.year)}></label>
<label>CVC <input name="csc" inputmode="numeric" required maxlength="4" pattern="[0-9]{3,4}" placeholder="000"></label>
</div>
${form.saving === 'asked' ? savingText.asked : ''}
<button type="submit" name="method" value="bank_card" id="pay">${escapeHtml(form.button)}</button>
</form>${form.offersWallet ? walletForm(form.action, 'plain') : ''}${cardHints}`;

/** For a first try without the table of test cards at hand. */
const cardHints = `<details class="foot"><summary>Test cards</summary>
5555 5555 5555 4444 pays, 5555 5555 5555 4477 asks for a code first,<br>5555 5555 5555 4600 is declined, 5555 5555 5555 4642 pays now
and is declined later.<br>Any future date, any CVC.</details>`;

export const walletForm = (action: string, style: 'plain' | ''): string => `
<form method="post" action="${escapeHtml(action)}">
<button type="submit" name="method" value="yoo_money" class="${style}" id="wallet">Pay from the YooMoney wallet</button>
</form>`;

/** Which bank links accounts is known to the bank alone, so a failure has no reason. */
export const sbpForm = (action: string): string => `
<form method="post" action="${escapeHtml(action)}">
<button type="submit" name="method" value="sbp" id="link">Link an account of this bank</button>
<button type="submit" name="method" value="other_bank" class="plain" id="other-bank">My bank links no accounts</button>
</form>`;

export const codeForm = (action: string, last4: string): string => `
<p class="note">3-D Secure: the bank of the card *${escapeHtml(last4)} has sent a code. In this sandbox any digits will do.</p>
<form method="post" action="${escapeHtml(action)}" autocomplete="off">
<label>Code <input name="code" inputmode="numeric" required maxlength="8" pattern="[0-9]{1,8}" placeholder="123456" autofocus></label>
<button type="submit" id="confirm">Confirm</button>
</form>`;
