import { jest } from '@jest/globals';
import { blockingSuite } from '../../contract/blocking-suite.ts';
import { consumerRunnerSuite } from '../../contract/consumer-runner-suite.ts';
import { openRealHarness } from './real-runner.ts';

jest.setTimeout(90_000);

consumerRunnerSuite('Kafka', openRealHarness);
blockingSuite('Kafka', openRealHarness);
