/** Under which name the document and the read models keep money that staff have given back past the provider. */
export const paidBackId = (commandId: string): string => `paid-back:${commandId}`;
