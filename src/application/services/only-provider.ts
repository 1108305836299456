/** The provider of all objects, as its notifications name it. */
export const onlyProvider = 'yookassa';
