import { Fault } from '../../src/application/ports/faults.ts';
import { loadConfig } from '../../src/config.ts';

/** Complete in production, and nothing beyond. */
export const production = {
  BILLING_ENV: 'production',
  JWT_SECRET_KEY: 'a-secret-of-production-that-is-long-enough',
  ENCRYPTION_KEY: Buffer.from('thirty-two-bytes-that-are-random').toString('base64'),
  KAFKA_BROKERS: 'kafka-0.kafka:9092,kafka-1.kafka:9092',
  KAFKA_USERNAME: 'billing',
  KAFKA_PASSWORD: 'a-password-of-kafka',
  MONGODB_URL: 'mongodb://billing:hunter2-of-mongo@mongo-0:27017,mongo-1:27017/billing?replicaSet=rs0&tls=true',
  SCHEMA_REGISTRY_URL: 'https://registry:8443/apis/ccompat/v7',
  SCHEMA_REGISTRY_USERNAME: 'billing',
  SCHEMA_REGISTRY_PASSWORD: 'a-password-of-the-registry',
  YOOKASSA_SHOP_ID: '424242',
  YOOKASSA_API_KEY: 'live_key',
  YOOKASSA_RETURN_URL: 'https://cinema.example/return',
  YOOKASSA_NOTIFICATION_SECRET: 'qwertyuiopasdfghjklz',
};

export function faultOf(variables: Record<string, string | undefined>): Fault {
  try {
    loadConfig(variables);
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error('the configuration was accepted');
}
export const namesIn = (fault: Fault): readonly string[] =>
  fault.message
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(':')[0] ?? '');
