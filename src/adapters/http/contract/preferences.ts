const waitDefaultSeconds = 10;
/** Proxies time out after longer waits, and the client would get no answer at all. */
const waitMaxSeconds = 30;
/** A stream lasts as long as the longest wait: one bound, for metrics and proxies alike. */
export const streamMaxMs = waitMaxSeconds * 1_000;

/** `Prefer: wait=N` (RFC 7240), bounded. An unknown preference is ignored, as that RFC demands. */
export function preferredWaitMs(prefer: string | undefined): number {
  const match = /(?:^|,)\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:[;,]|$)/i.exec(prefer ?? '');
  const seconds = match === null ? waitDefaultSeconds : Number(match[1]);
  return Math.min(seconds, waitMaxSeconds) * 1_000;
}

/** Only what Accept names is preferred: a browser's form and `*\/*` get the redirect. */
const prefers =
  (wanted: string) =>
  (accept: string | undefined): boolean =>
    (accept ?? '').split(',').some((range) => {
      const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
      return type === wanted && !parameters.some((parameter) => /^q\s*=\s*0(?:\.0*)?$/.test(parameter));
    });

const namesJson = prefers('application/json');
const namesHtml = prefers('text/html');

/**
 * A client that names JSON, and a page's `fetch`, which cannot follow a redirect to the provider's page. A browser that
 * navigates, and a client that says nothing, get the redirect.
 */
export const prefersJson = (accept: string | undefined, fetchMode: string | undefined): boolean =>
  namesJson(accept) || (fetchMode === 'cors' && !namesHtml(accept));

export const prefersEvents = prefers('text/event-stream');
