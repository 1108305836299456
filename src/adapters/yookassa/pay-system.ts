/** Its alias among the pay systems, and in the address of its notifications. */
export const paySystem = 'yookassa';
