import type { CommandClaim } from '../../../application/requests/read-command-status.ts';
import type { Signer } from '../auth/digests.ts';

const shape = /^([0-9a-f-]{36})\.([0-9a-z]{1,11})\.([0-9a-f]{64})\.([A-Za-z0-9_-]{43})$/;

const signedText = (claim: CommandClaim): string =>
  JSON.stringify(['command', claim.commandId, claim.userId, claim.acceptedAt, claim.bodyHash]);

export const issueCommandToken = (signer: Signer, claim: CommandClaim): string =>
  [claim.commandId, claim.acceptedAt.toString(36), claim.bodyHash, signer.sign(signedText(claim))].join('.');

/** Null for a forged token and another user's. The signature covers the user id, but the token does not contain it. */
export function readCommandToken(signer: Signer, token: string, userId: string): CommandClaim | null {
  const match = shape.exec(token);
  if (match === null) return null;
  const [, commandId = '', acceptedAt = '', bodyHash = '', signature = ''] = match;
  const claim = { commandId, userId, acceptedAt: parseInt(acceptedAt, 36), bodyHash };
  return signer.verify(signedText(claim), signature) ? claim : null;
}
