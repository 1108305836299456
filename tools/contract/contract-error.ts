/** A mistake in schemas/ that a person must correct; the message names the file and what to write. */
export class ContractError extends Error {}
