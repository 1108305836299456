import { previewCommand } from '../../../application/requests/preview-command.ts';
import { readAccount } from '../../../application/requests/read-account.ts';
import { readMethods } from '../../../application/requests/read-methods.ts';
import type { Place } from '../contract/openapi.ts';
import { createPreviewReader } from '../contract/preview-input.ts';
import { ok, type Routes } from '../contract/route.ts';
import { withReturnUrl } from './command-routes.ts';
import type { HttpContext } from './http-context.ts';
import { presentAccount, presentMethod, presentPreview } from './present-account.ts';

/** What a subscriber has and may do, and what a command would come to. Both run the rules and change nothing. */
export function accountRoutes(http: HttpContext, places: readonly Place[]): Routes {
  const { reads, pollOpenPage } = http;
  const readPreview = createPreviewReader(places);
  return {
    readAccount: {
      access: 'user',
      handle: async ({ user, trace }) =>
        ok(presentAccount(await readAccount(reads, user.id, (subscriber) => pollOpenPage(subscriber, trace)))),
    },
    listPaymentMethods: {
      access: 'user',
      handle: async ({ user }) => ok((await readMethods(reads, user.id)).map(presentMethod)),
    },
    previewCommand: {
      access: 'user',
      handle: async (call) => {
        const input = withReturnUrl(readPreview(call), http);
        const json = presentPreview(await previewCommand(reads, input), call.language);
        return { ...ok(json), headers: { 'Content-Language': call.language } };
      },
    },
  };
}
