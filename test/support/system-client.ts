import { openBillingClient, type Who } from '../../tools/client/billing-client.ts';
import { createSandboxClient } from '../../tools/client/sandbox-client.ts';

export const apiUrl = process.env['TEST_API_URL'] ?? '';

/** The system under test as one user uses it. */
export const userOf = (userId: string, more: Omit<Who, 'userId'> = {}) =>
  openBillingClient(apiUrl, { userId, ...more });

export const sandboxUrl = process.env['TEST_SANDBOX_URL'] ?? '';
export const sandbox = createSandboxClient(sandboxUrl);
