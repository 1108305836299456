import type { Instant } from '../../domain/model/instant.ts';
import type { TestClock, TestClockMirror, TestClocks } from '../ports/test-clocks.ts';

export type CreateTestClockServices = { readonly testClocks: TestClocks; readonly mirror: TestClockMirror };

/** Creates a clock here and in the provider's sandbox, so that both use the same time for a payment. */
export async function createTestClock(
  services: CreateTestClockServices,
  clock: { readonly name: string; readonly now: Instant },
): Promise<TestClock> {
  const created = await services.testClocks.create(clock);
  await services.mirror.set(created.id, created.now);
  return created;
}
