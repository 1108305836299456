import type { Cipher } from '../../src/application/ports/cipher.ts';
import type { BuriedMessage } from '../contract/consumer-runner-suite.ts';

type LetterValue = Pick<BuriedMessage, 'topic' | 'partition' | 'offset' | 'errorCode'> & { readonly sealed: string };

/** A dead letter as a person with the key would read it. */
export function readBuried(value: unknown, cipher: Cipher): BuriedMessage {
  const { topic, partition, offset, errorCode, sealed } = value as LetterValue;
  const { key, value: original } = JSON.parse(
    Buffer.from(cipher.open(sealed)).toString('utf8'),
  ) as BuriedMessage['record'];
  return { topic, partition, offset, errorCode, record: { key, value: original } };
}
