import { randomUUID } from 'node:crypto';
import type { AcceptCommandServices } from '../../../application/requests/accept-command.ts';
import { type AwaitOutcome, createAwaitOutcome } from '../../../application/requests/await-outcomes.ts';
import type { Catalogue } from '../../../application/ports/catalogue.ts';
import { readPaySystems } from '../../../application/requests/read-pay-systems.ts';
import { createPollOpenPage, type PollOpenPage } from '../../../application/requests/poll-open-page.ts';
import type { SubscriberTimeServices } from '../../../application/services/subscriber-now.ts';
import { createSigner, sha256Hex, type Signer } from '../auth/digests.ts';
import type { HttpOptions, HttpServices } from '../contract/http-services.ts';

export type HttpContext = HttpServices &
  AcceptCommandServices & {
    readonly options: HttpOptions;
    readonly awaitOutcome: AwaitOutcome;
    readonly signer: Signer;
    readonly pollOpenPage: PollOpenPage;
    /** The services of the use cases that only read. */
    readonly reads: Omit<HttpServices, 'testClocks'> & SubscriberTimeServices;
  };

/** A pay system that the list hides is unknown here too: its page could not be paid. An accepted order keeps it. */
const withoutHidden = ({ catalogue, shop }: HttpServices): Catalogue => ({
  ...catalogue,
  findPaySystem: async (wanted) =>
    (await readPaySystems(catalogue, shop())).find(({ alias }) => alias === wanted) ?? null,
});

export function createHttpContext(given: HttpServices, options: HttpOptions): HttpContext {
  const services = { ...given, catalogue: withoutHidden(given) };
  return {
    ...services,
    options,
    publishDeadlineMs: options.publishDeadlineMs,
    hash: sha256Hex,
    randomId: randomUUID,
    awaitOutcome: createAwaitOutcome(services),
    signer: createSigner(options.commandTokenSecrets),
    pollOpenPage: createPollOpenPage({ ...services, publishDeadlineMs: options.publishDeadlineMs }),
    reads: { ...services, testClocks: services.testClocks?.clocks ?? null },
  };
}
