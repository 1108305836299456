/** Longer values are truncated: a log line is for reading, and its size must have a bound. */
const valueLengthMax = 500;
/** Only this much is searched, so that a huge value costs little. The rest is truncated. */
const searchedLengthMax = 4_000;
const hidden = '[redacted]';

/** Identifiers and hashes are matched first and kept, so that their digits are never taken for a card. */
const identifierOrCard =
  /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?<![0-9a-z])[0-9a-f]{32,}|(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)/gi;

const secretShapes: readonly RegExp[] = [
  /\b(?:bearer|basic)\s+[\w.~+/=-]+/gi,
  /\beyJ[\w-]+\.[\w-]+\.?[\w-]*/g,
  /\b(?:test|live)_[\w-]{8,}/g,
  /(?<=\/\/)[^\s/@]{1,200}@/g,
  /[^\s@"'<>:;,()]{1,64}@[^\s@"'<>:;,()]{1,200}/g,
  /(?<=\b(?:authorization|password|passwd|secret|token|api_?key|csc|cvc)["']?\s{0,3}[=:]\s{0,3}["']?)[^\s"'&,;]+/gi,
  /(?<=\/notifications\/[\w-]{1,40}\/)[^\s/?"']+/g,
  /(?<!\w)\+\d[\d ()-]{8,18}\d/g,
];

function isCardNumber(text: string): boolean {
  const digits = Array.from(text.matchAll(/\d/g), ([digit]) => Number(digit)).reverse();
  const sum = digits.reduce((total, digit, at) => {
    const weighed = at % 2 === 0 ? digit : digit * 2;
    return total + (weighed > 9 ? weighed - 9 : weighed);
  }, 0);
  return digits.length >= 13 && digits.length <= 19 && sum % 10 === 0;
}

/** Hides known secrets, and what looks like a credential, a card, an e-mail address or a phone number. */
export function hideSecrets(text: string, knownSecrets: readonly string[]): string {
  let clean = text.slice(0, searchedLengthMax);
  for (const secret of knownSecrets) clean = clean.replaceAll(secret, hidden);
  clean = clean.replace(identifierOrCard, (match) => (isCardNumber(match) ? hidden : match));
  for (const shape of secretShapes) clean = clean.replace(shape, hidden);
  return clean;
}

/** The same for a log line, which is truncated. */
export function redact(text: string, knownSecrets: readonly string[]): string {
  const clean = hideSecrets(text, knownSecrets);
  return clean.length > valueLengthMax ? `${clean.slice(0, valueLengthMax)}…` : clean;
}
