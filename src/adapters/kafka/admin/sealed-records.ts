import { type Cipher, recordAt } from '../../../application/ports/cipher.ts';
import { replayHeader } from '../../../application/ports/dead-letters.ts';
import type { SealedRecord, SealedRecords } from '../../../application/ports/sealed-records.ts';
import { unpackRecord } from '../../../messages/dead-letter.ts';
import { receivedTopics } from '../../../messages/topics.ts';
import { producerSettings } from '../client/settings.ts';
import type { Producer } from '../producer/producer.ts';
import { recordBytes } from '../producer/send-queue.ts';
import type { Decoder } from '../registry/registry.ts';
import { showRecord } from './show-record.ts';

export function createSealedRecords(tools: {
  readonly cipher: Cipher;
  readonly decoder: Decoder;
  readonly republish: Producer['republish'];
}): SealedRecords {
  const unseal = (letter: SealedRecord) => unpackRecord(tools.cipher.open(letter.sealed, recordAt(letter)));
  const unsealed = (letter: SealedRecord): ReturnType<typeof unseal> | null => {
    try {
      return unseal(letter);
    } catch {
      // Sealed with another key, or changed: nothing of it can be had.
      return null;
    }
  };
  return {
    show: async (letter) => {
      const record = unsealed(letter);
      return record === null ? null : showRecord(record, tools.decoder);
    },
    replayRefusal: (letter) => {
      if (!receivedTopics.includes(letter.topic)) return 'foreign_topic';
      const record = unsealed(letter);
      if (record === null) return 'seal_broken';
      return recordBytes(record) > producerSettings.replayBytes ? 'too_large' : null;
    },
    replay: (letter, id, deadlineMs) => {
      const { key, value, headers } = unseal(letter);
      return tools.republish(
        { topic: letter.topic, key, value, headers: { ...headers, [replayHeader]: id } },
        deadlineMs,
      );
    },
  };
}
