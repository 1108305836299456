import { describe, expect, test } from '@jest/globals';
import { maskContact, openContact } from '../../../src/application/services/receipt-contacts.ts';
import { testCipher } from '../../support/test-cipher.ts';
import { createTestSystem, type TestSystem } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';
const sealed = (text: string): string => testCipher.seal(Buffer.from(text));

function set(system: TestSystem, email: string | null, phone: string | null = null) {
  const given = { email: email && sealed(email), phone: phone && sealed(phone) };
  const command = { type: 'receipt_contact.set' as const, ...given };
  return system.order(user, command);
}

/** What a receipt of the present contact would be sent to. */
async function contactInClear(system: TestSystem): Promise<string | null> {
  const { receiptContact, personalKey } = await system.state(user);
  if (receiptContact === null || personalKey === null) return null;
  return openContact(system.services, receiptContact, personalKey);
}

describe('the receipt contact', () => {
  test('is stored under a key of the user, and published masked', async () => {
    const system = createTestSystem();
    expect(await set(system, 'viewer@cinema.example')).toMatchObject({ kind: 'completed' });
    const { receiptContact, personalKey } = await system.state(user);
    expect(receiptContact).toMatchObject({ kind: 'email', masked: 'v***@c***.example' });
    expect(await contactInClear(system)).toBe('viewer@cinema.example');
    const other = testCipher.seal(system.services.userCiphers.newKey());
    expect(() => openContact(system.services, receiptContact!, other)).toThrow('another key');
    expect(personalKey).not.toBeNull();
    const [fact] = system.facts(user);
    expect(fact).toMatchObject({ type: 'receipt_contact.changed', contact: { masked: 'v***@c***.example' } });
    expect(JSON.stringify(system.messages)).not.toContain('viewer@');
  });

  test('that is set again replaces the last one, under the same key', async () => {
    const system = createTestSystem();
    await set(system, 'viewer@cinema.example');
    const { personalKey } = await system.state(user);
    await set(system, null, '+79000000012');
    expect(await system.state(user)).toMatchObject({ personalKey, receiptContact: { masked: '7***12' } });
    expect(await contactInClear(system)).toBe('79000000012');
  });

  test('that is taken back is gone, and taking back what is not there is done', async () => {
    const system = createTestSystem();
    await set(system, 'viewer@cinema.example');
    for (let times = 0; times < 2; times += 1)
      expect(await system.order(user, { type: 'receipt_contact.clear' })).toMatchObject({ kind: 'completed' });
    expect((await system.state(user)).receiptContact).toBeNull();
    expect(system.facts(user).map(({ type }) => type)).toEqual(['receipt_contact.changed', 'receipt_contact.changed']);
  });

  test('is demanded from a command that has none', async () => {
    const system = createTestSystem();
    expect(await set(system, null)).toMatchObject({ kind: 'rejected', reason: 'contact_required' });
  });
});

test.each([
  ['email', 'viewer@cinema.example', 'v***@c***.example'],
  ['email', 'a@b.c.example', 'a***@b***.example'],
  ['phone', '79000000012', '7***12'],
] as const)('the %s %s is shown as %s', (kind, clear, masked) => {
  expect(maskContact(kind, clear)).toBe(masked);
});
