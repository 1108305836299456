const waitDefaultSeconds = 10;
/** Longer than this, proxies give up and the client would never hear what became of its order. */
const waitMaxSeconds = 30;

/** `Prefer: wait=N` (RFC 7240), bounded. A preference that is not understood is ignored, as that RFC demands. */
export function preferredWaitMs(prefer: string | undefined): number {
  const match = /(?:^|,)\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:[;,]|$)/i.exec(prefer ?? '');
  const seconds = match === null ? waitDefaultSeconds : Number(match[1]);
  return Math.min(seconds, waitMaxSeconds) * 1_000;
}

/** JSON is preferred only where Accept names it: a browser's form and `*\/*` get the redirect. */
export function prefersJson(accept: string | undefined): boolean {
  return (accept ?? '').split(',').some((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    return type === 'application/json' && !parameters.some((parameter) => /^q\s*=\s*0(?:\.0*)?$/.test(parameter));
  });
}
