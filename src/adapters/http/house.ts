import { randomUUID } from 'node:crypto';
import type { AcceptCommandServices } from '../../application/accept-command.ts';
import { makeAwaitOutcome } from '../../application/await-outcomes.ts';
import type { AwaitOutcome } from '../../application/await-outcomes.ts';
import type { Signer } from '../../application/command-token.ts';
import { makeLookAtOpenPage } from '../../application/look-at-open-page.ts';
import type { LookAtOpenPage } from '../../application/look-at-open-page.ts';
import type { SubscriberTimeServices } from '../../application/subscriber-now.ts';
import { makeSigner, sha256Hex } from './digests.ts';
import type { HttpOptions, HttpServices } from './http-services.ts';

/** What the routes work with: the services, and what follows from them. */
export type House = HttpServices &
  AcceptCommandServices & {
    readonly options: HttpOptions;
    readonly awaitOutcome: AwaitOutcome;
    readonly signer: Signer;
    readonly lookAtOpenPage: LookAtOpenPage;
    /** The services of whoever only reads. */
    readonly reads: Omit<HttpServices, 'testClocks'> & SubscriberTimeServices;
  };

export const makeHouse = (services: HttpServices, options: HttpOptions): House => ({
  ...services,
  options,
  publishDeadlineMs: options.publishDeadlineMs,
  hash: sha256Hex,
  randomId: randomUUID,
  awaitOutcome: makeAwaitOutcome(services),
  signer: makeSigner(options.commandTokenSecret),
  lookAtOpenPage: makeLookAtOpenPage({ ...services, publishDeadlineMs: options.publishDeadlineMs }),
  reads: { ...services, testClocks: services.testClocks?.clocks ?? null },
});
