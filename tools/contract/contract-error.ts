/** Something in schemas/ that a person must mend; its message names the file and what to write. */
export class ContractError extends Error {}
