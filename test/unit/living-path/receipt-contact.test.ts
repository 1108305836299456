import { describe, expect, test } from '@jest/globals';
import { fieldOf } from '../../../src/application/ports/cipher.ts';
import { keepContact, maskContact, openContact } from '../../../src/application/services/receipt-contacts.ts';
import { testCipher } from '../../support/test-cipher.ts';
import { createTestSystem, type TestSystem } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';
const sealed = (text: string, field: string): string => testCipher.seal(Buffer.from(text), fieldOf(user, field));

function set(system: TestSystem, email: string | null, phone: string | null = null) {
  const given = { email: email && sealed(email, 'email'), phone: phone && sealed(phone, 'phone') };
  const command = { type: 'receipt_contact.set' as const, ...given };
  return system.order(user, command);
}

const keyOf = (userId: string): string => fieldOf(userId, 'personalKey');

/** What a receipt of the present contact would be sent to. */
async function contactInClear(system: TestSystem): Promise<string | null> {
  const { receiptContact, personalKey } = await system.state(user);
  if (receiptContact === null || personalKey === null) return null;
  return openContact(system.services, receiptContact, { userId: user, personalKey });
}

describe('the receipt contact', () => {
  test('is stored under a key of the user, and published masked', async () => {
    const system = createTestSystem();
    expect(await set(system, 'viewer@cinema.example')).toMatchObject({ kind: 'completed' });
    const { receiptContact, personalKey } = await system.state(user);
    expect(receiptContact).toMatchObject({ kind: 'email', masked: 'v***@c***.example' });
    expect(await contactInClear(system)).toBe('viewer@cinema.example');
    const other = { userId: user, personalKey: testCipher.seal(system.services.userCiphers.newKey(), keyOf(user)) };
    expect(() => openContact(system.services, receiptContact!, other)).toThrow('another key');
    expect(personalKey).not.toBeNull();
    const [fact] = system.facts(user);
    expect(fact).toMatchObject({ type: 'receipt_contact.changed', contact: { masked: 'v***@c***.example' } });
    expect(JSON.stringify(system.messages)).not.toContain('viewer@');
  });

  test('opens in the document and the field that it was sealed for, and nowhere else', () => {
    const { services } = createTestSystem();
    const given = { kind: 'email', sealed: sealed('viewer@cinema.example', 'email') } as const;
    const stranger = '22222222-2222-4222-8222-222222222222';
    expect(() => keepContact(services, given, { userId: stranger, personalKey: null })).toThrow('not sealed about');
    expect(() => keepContact(services, { ...given, kind: 'phone' }, { userId: user, personalKey: null })).toThrow();
    const { personalKey, sealed: kept } = keepContact(services, given, { userId: user, personalKey: null });
    const contact = { kind: 'email', sealed: kept } as const;
    expect(openContact(services, contact, { userId: user, personalKey })).toBe('viewer@cinema.example');
    expect(() => openContact(services, contact, { userId: stranger, personalKey })).toThrow('not sealed about');
    expect(() => openContact(services, { ...contact, kind: 'phone' }, { userId: user, personalKey })).toThrow();
  });

  test('that was sealed before fields were named is read all the same', () => {
    const { services } = createTestSystem();
    const key = services.userCiphers.newKey();
    const before = { kind: 'email', sealed: testCipher.seal(Buffer.from('viewer@cinema.example')) } as const;
    const owner = { userId: user, personalKey: testCipher.seal(key) };
    expect(keepContact(services, before, owner)).toMatchObject({ masked: 'v***@c***.example' });
    const kept = { ...before, sealed: services.userCiphers.under(key).seal(Buffer.from('viewer@cinema.example')) };
    expect(openContact(services, kept, owner)).toBe('viewer@cinema.example');
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
