import type { ReplayRefusal, SealedRecords } from '../../src/application/ports/sealed-records.ts';

/** Sealed records of a test: shown as text, and replayed into a list. */
export function createMemorySealedRecords(refusals: Readonly<Record<string, ReplayRefusal>> = {}) {
  const replayed: { readonly topic: string; readonly sealed: string; readonly id: string }[] = [];
  let failure: Error | null = null;
  const records: SealedRecords = {
    show: ({ sealed }) =>
      Promise.resolve(
        sealed === 'sealed otherwise'
          ? null
          : {
              key: null,
              headers: { ce_id: 'x' },
              value: { format: 'text', content: sealed, bytes: sealed.length, isCut: false },
              undecodable: 'It is not framed.',
            },
      ),
    replayRefusal: ({ topic }) => refusals[topic] ?? null,
    replay: ({ topic, sealed }, id) => {
      if (failure !== null) return Promise.reject(failure);
      replayed.push({ topic, sealed, id });
      return Promise.resolve();
    },
  };
  return {
    ...records,
    replayed,
    failWith: (error: Error | null) => {
      failure = error;
    },
  };
}
