import type { Cipher } from '../../../application/ports/cipher.ts';
import { replayHeader } from '../../../application/ports/dead-letters.ts';
import type { SealedRecords } from '../../../application/ports/sealed-records.ts';
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
  const unseal = (sealed: string) => unpackRecord(tools.cipher.open(sealed));
  const unsealed = (sealed: string): ReturnType<typeof unseal> | null => {
    try {
      return unseal(sealed);
    } catch {
      // Sealed with another key, or changed: nothing of it can be had.
      return null;
    }
  };
  return {
    show: async (sealed) => {
      const record = unsealed(sealed);
      return record === null ? null : showRecord(record, tools.decoder);
    },
    replayRefusal: ({ topic, sealed }) => {
      if (!receivedTopics.includes(topic)) return 'foreign_topic';
      const record = unsealed(sealed);
      if (record === null) return 'seal_broken';
      return recordBytes(record) > producerSettings.replayBytes ? 'too_large' : null;
    },
    replay: ({ topic, sealed }, id, deadlineMs) => {
      const { key, value, headers } = unseal(sealed);
      return tools.republish({ topic, key, value, headers: { ...headers, [replayHeader]: id } }, deadlineMs);
    },
  };
}
