import type { CommandClaim } from '../../../application/requests/read-command-status.ts';
import type { Signer } from '../auth/digests.ts';

const shape = /^([0-9a-f-]{36})\.([0-9a-z]{1,11})\.([0-9a-f]{64})(?:\.([0-9a-f-]{36}))?\.([A-Za-z0-9_-]{43})$/;

/** The reader is signed too where it is not the user: staff read what they have ordered. */
const signedText = (claim: CommandClaim, readerId: string): string =>
  JSON.stringify([
    ...['command', claim.commandId, claim.userId, claim.acceptedAt, claim.bodyHash],
    ...(readerId === claim.userId ? [] : [readerId]),
  ]);

export const issueCommandToken = (signer: Signer, claim: CommandClaim, readerId: string): string =>
  [
    ...[claim.commandId, claim.acceptedAt.toString(36), claim.bodyHash],
    ...(readerId === claim.userId ? [] : [claim.userId]),
    signer.sign(signedText(claim, readerId)),
  ].join('.');

/** Null for a forged token and another reader's. The signature covers the reader, whom the token does not name. */
export function readCommandToken(signer: Signer, token: string, readerId: string): CommandClaim | null {
  const match = shape.exec(token);
  if (match === null) return null;
  const [, commandId = '', acceptedAt = '', bodyHash = '', userId = readerId, signature = ''] = match;
  const claim = { commandId, userId, acceptedAt: parseInt(acceptedAt, 36), bodyHash };
  return signer.verify(signedText(claim, readerId), signature) ? claim : null;
}
