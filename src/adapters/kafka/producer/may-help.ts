import kafkajs from 'kafkajs';

/** How kafkajs says that its attempts were used up, rather than that another one is of no use. */
export const mayHelp = (error: unknown): boolean => error instanceof kafkajs.KafkaJSNumberOfRetriesExceeded;
