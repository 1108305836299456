type Runner = { readonly running: boolean };
type Fetch<Batches> = (this: Runner, nodeId: string) => Promise<Batches>;

/**
 * kafkajs fetches in a loop, and a fetch of a consumer that has been stopped is empty at once. Where the brokers change during the
 * stop, it begins that loop anew: it never pauses, nothing else of the process runs, and the process never ends. So such a fetch fails,
 * which ends the loop.
 */
export const failWhenStopped = <Batches>(fetch: Fetch<Batches>): Fetch<Batches> =>
  async function fetching(nodeId) {
    if (!this.running) throw Object.assign(new Error('The consumer is stopped'), { retriable: false });
    return fetch.call(this, nodeId);
  };
