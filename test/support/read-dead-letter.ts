import { type Cipher, recordAt } from '../../src/application/ports/cipher.ts';
import type { DeadLetter } from '../contract/consumer-runner-suite.ts';

type LetterValue = Pick<DeadLetter, 'topic' | 'partition' | 'offset' | 'errorCode'> & { readonly sealed: string };

/** A dead letter as a person with the encryption key reads it. */
export function readDeadLetter(value: unknown, cipher: Cipher): DeadLetter {
  const { topic, partition, offset, errorCode, sealed } = value as LetterValue;
  const { key, value: original } = JSON.parse(
    Buffer.from(cipher.open(sealed, recordAt({ topic, partition, offset }))).toString('utf8'),
  ) as DeadLetter['record'];
  return { topic, partition, offset, errorCode, record: { key, value: original } };
}
