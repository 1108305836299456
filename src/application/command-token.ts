import type { Instant } from '../domain/instant.ts';

/** What a status URL proves: this user ordered this command, then, with this body. No write was needed for it. */
export type CommandClaim = {
  readonly commandId: string;
  readonly userId: string;
  readonly acceptedAt: Instant;
  readonly bodyHash: string;
};

export type Signer = {
  /** A keyed digest in characters that may stand in a URL. */
  readonly sign: (text: string) => string;
  /** In constant time: whoever forges must not learn how far he got. */
  readonly verify: (text: string, signature: string) => boolean;
};

const shape = /^([0-9a-f-]{36})\.([0-9a-z]{1,11})\.([0-9a-f]{64})\.([A-Za-z0-9_-]{43})$/;

const signedText = (claim: CommandClaim): string =>
  JSON.stringify(['command', claim.commandId, claim.userId, claim.acceptedAt, claim.bodyHash]);

export const issueCommandToken = (signer: Signer, claim: CommandClaim): string =>
  [claim.commandId, claim.acceptedAt.toString(36), claim.bodyHash, signer.sign(signedText(claim))].join('.');

/** Null for a forged token and for another user's alike: the user is signed, not written, so nobody can read him off. */
export function readCommandToken(signer: Signer, token: string, userId: string): CommandClaim | null {
  const match = shape.exec(token);
  if (match === null) return null;
  const [, commandId = '', acceptedAt = '', bodyHash = '', signature = ''] = match;
  const claim = { commandId, userId, acceptedAt: parseInt(acceptedAt, 36), bodyHash };
  return signer.verify(signedText(claim), signature) ? claim : null;
}
