type Broker = { readonly lookupRequest: { readonly name: string } };

/** The name of kafkajs's own function in its place, until the broker has said which versions it speaks. */
const notAsked = 'notInitializedLookup';

/**
 * kafkajs counts a broker as connected as soon as its socket is open, and only then asks which versions it speaks, for a second. Where
 * the answer comes later, as on a machine without a free core, every further request fails with `Broker not connected`, which kafkajs
 * does not repeat: a starting process ended with it. So a broker counts as connected when it has answered, and is asked again.
 */
export const connectedWhenAnswered = (isConnected: (this: Broker) => boolean) =>
  function isAnswered(this: Broker): boolean {
    return this.lookupRequest.name !== notAsked && isConnected.call(this);
  };
