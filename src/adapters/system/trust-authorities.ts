import { getCACertificates, setDefaultCACertificates } from 'node:tls';

/**
 * Trusts further certificate authorities in the whole process. Every client of ours takes Node's default, so that one file
 * serves Kafka, MongoDB, the registry and each https address.
 */
export function trustAuthorities(pem: string): void {
  if (pem !== '') setDefaultCACertificates([...getCACertificates('default'), pem]);
}
